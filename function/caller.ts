/**
 * Whose call it is. Flagger sends no header and no signature, so the content is checked instead:
 * the Canary must be there, in a phase in which Flagger calls this hook, at the revision the payload names,
 * with a webhook of this metadata.
 */
import type { Canary, CanaryPhase } from './canary.ts';
import { checksumOf } from './checksum.ts';
import type { Fault } from './fault.ts';
import type { Payload } from './payload.ts';
import { runName } from './run.ts';
import { ownWebhooks } from './webhooks.ts';

/** Nothing when Flagger would make this call now; otherwise what does not fit. */
export function checkCaller(
  payload: Payload,
  canary: Canary | undefined,
  phases: readonly CanaryPhase[],
): Fault | undefined {
  const intrusion = checkPhase(payload, canary, phases);
  if (intrusion) return intrusion;
  const checksum = checksumOf(canary?.status ?? {});
  if (checksum !== payload.checksum) {
    return notFlagger(`${nameOf(payload)} is at checksum ${checksum}, the payload says ${payload.checksum}`);
  }
  if (canary === undefined || isHookOf(canary, payload)) return undefined;
  return notFlagger(`no webhook of ${nameOf(payload)} that calls the verifier has this metadata`);
}

/** The part of the check that holds when Flagger has gone on to another revision already. */
export function checkPhase(
  payload: Payload,
  canary: Canary | undefined,
  phases: readonly CanaryPhase[],
): Fault | undefined {
  const name = nameOf(payload);
  if (canary === undefined) return notFlagger(`there is no ${name}. Only the webhooks of a Canary are answered`);
  const phase = canary.status?.phase;
  if (phase !== undefined && phases.includes(phase)) return undefined;
  return notFlagger(`${name} is ${phase ?? 'without a phase'}; this hook is asked in ${phases.join(' or ')}`);
}

// Metadata makes a run a run of its own, and may name any E2ESpec: only what the Canary's author wrote counts.
function isHookOf(canary: Canary, payload: Payload): boolean {
  const { hook, spec } = runName(payload);
  return ownWebhooks(canary).some(({ webhook }) => {
    const own = runName({ ...payload, metadata: webhook.metadata ?? {} });
    return own.hook === hook && own.spec === spec;
  });
}

function nameOf({ name, namespace }: Payload): string {
  return `Canary ${name} in namespace ${namespace}`;
}

function notFlagger(message: string): Fault {
  return { kind: 'notFlagger', message };
}
