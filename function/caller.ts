/**
 * Whose call it is. Flagger sends no header and no signature, so the content is checked instead:
 * the Canary must be there, in a phase in which Flagger calls this hook, at the revision the payload names,
 * with a webhook of this metadata.
 */
import type { Canary, CanaryPhase, Webhook } from './canary.ts';
import { checksumOf } from './checksum.ts';
import { type Fault, isFault } from './fault.ts';
import type { Payload } from './payload.ts';
import { runName } from './run.ts';
import { ownWebhooks } from './webhooks.ts';

/** The call as its Canary has it, so that nothing of the caller's gets any further; or a refusal. */
export function authenticate(
  payload: Payload,
  canary: Canary | undefined,
  phases: readonly CanaryPhase[],
): { payload: Payload; canary: Canary } | Fault {
  const found = checkPhase(payload, canary, phases);
  if (isFault(found)) return found;
  const status = found.canary.status ?? {};
  const checksum = checksumOf(status);
  if (checksum !== payload.checksum) {
    return canaryMismatch(`${nameOf(payload)} is at checksum ${checksum}, the payload says ${payload.checksum}`);
  }
  const webhook = webhookOf(found.canary, payload);
  if (webhook === undefined) {
    return canaryMismatch(`no webhook of ${nameOf(payload)} that calls the verifier has the payload's metadata`);
  }
  const { name, namespace } = found.canary.metadata;
  const own = { name, namespace, phase: status.phase ?? '', checksum, metadata: webhook.metadata ?? {} };
  return { payload: own, canary: found.canary };
}

/** The part of the check that holds when Flagger has gone on to another revision already. */
export function checkPhase(
  payload: Payload,
  canary: Canary | undefined,
  phases: readonly CanaryPhase[],
): { canary: Canary } | Fault {
  const name = nameOf(payload);
  if (canary === undefined) return canaryMismatch(`there is no ${name}. Only the webhooks of a Canary are answered`);
  const phase = canary.status?.phase;
  if (phase !== undefined && phases.includes(phase)) return { canary };
  return canaryMismatch(`${name} is ${phase ?? 'without a phase'}; this hook is asked in ${phases.join(' or ')}`);
}

// Metadata makes a run a run of its own, and may name any E2ESpec: only what the Canary's author wrote counts.
function webhookOf(canary: Canary, payload: Payload): Webhook | undefined {
  const { hook, spec } = runName(payload);
  const own = ownWebhooks(canary).find(({ webhook }) => {
    const named = runName({ ...payload, metadata: webhook.metadata ?? {} });
    return named.hook === hook && named.spec === spec;
  });
  return own?.webhook;
}

function nameOf({ name, namespace }: Payload): string {
  return `Canary ${name} in namespace ${namespace}`;
}

/** One sentence for whatever does not fit: who guesses must not be told which part of the guess was right. */
export function canaryMismatch(detail: string): Fault {
  const message = "not a call of that Canary's; see the verifier's log, or run lint";
  return { kind: 'notFlagger', message, detail };
}
