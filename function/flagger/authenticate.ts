/**
 * Whose call it is. Flagger sends no header and no signature, so the content is checked instead: the Canary must be there,
 * in a phase in which Flagger calls this hook, at the revision that the payload names, with a webhook of this metadata.
 */
import type { Canary, CanaryPhase } from '../api/canary.ts';
import { HookError } from '../errors.ts';
import { checksumOf } from './checksum.ts';
import type { Payload } from './payload.ts';
import { type Call, haveSameMetadata, ownWebhooks } from './webhooks.ts';

/** The call as its Canary has it, so that nothing of the caller's gets any further. Throws CanaryMismatch. */
export function authenticate(
  call: Call,
  found: Canary | undefined,
  phases: readonly CanaryPhase[],
): { payload: Payload; canary: Canary } {
  const { payload, origin } = call;
  const canary = authenticatePhase(payload, found, phases);
  const status = canary.status ?? {};
  const checksum = checksumOf(status);
  if (checksum !== payload.checksum) {
    throw canaryMismatch(`${describe(payload)} is at checksum ${checksum}, the payload says ${payload.checksum}`);
  }
  // Metadata makes a run one of its own, and may name any E2ESpec: only what the Canary's author wrote counts.
  const own = ownWebhooks(canary, call).find(({ webhook }) => haveSameMetadata(webhook.metadata, payload.metadata));
  if (own === undefined) {
    const where = origin.hosts.join(', ');
    throw canaryMismatch(`no webhook of ${describe(payload)} that calls ${where} has the payload's metadata`);
  }
  const { name, namespace } = canary.metadata;
  const metadata = own.webhook.metadata ?? {};
  return { payload: { name, namespace, phase: status.phase ?? '', checksum, metadata }, canary };
}

/** The part of the check that holds when Flagger has gone on to another revision already. Throws CanaryMismatch. */
export function authenticatePhase(
  payload: Payload,
  canary: Canary | undefined,
  phases: readonly CanaryPhase[],
): Canary {
  if (canary === undefined) {
    throw canaryMismatch(`there is no ${describe(payload)}. Only the webhooks of a Canary are answered`);
  }
  const phase = canary.status?.phase;
  if (phase !== undefined && phases.includes(phase)) return canary;
  const actual = phase ?? 'without a phase';
  throw canaryMismatch(`${describe(payload)} is ${actual}; this hook is asked in ${phases.join(' or ')}`);
}

/**
 * For the call of an event hook, which comes in any phase and may tell of a revision that is none any more: the Canary must
 * have such a hook. Throws CanaryMismatch.
 */
export function authenticateEvent(call: Call, canary: Canary | undefined): void {
  const { payload, origin } = call;
  const own = canary === undefined ? [] : ownWebhooks(canary, call);
  const isOwn = own.some(
    ({ hook, type, webhook }) =>
      hook.kind === 'event' && type === 'event' && haveSameMetadata(webhook.metadata, payload.metadata),
  );
  if (isOwn) return;
  const where = origin.hosts.join(', ');
  throw canaryMismatch(`no event webhook of ${describe(payload)} that calls ${where} has the payload's metadata`);
}

/** One sentence for every mismatch: who guesses must not be told which part of the guess was right. */
export function canaryMismatch(detail: string): HookError {
  const message = "the call does not match the Canary; see the verifier's log, or run lint";
  return new HookError('CanaryMismatch', message, { detail });
}

function describe({ name, namespace }: Payload): string {
  return `Canary ${name} in namespace ${namespace}`;
}
