/**
 * Tells what in a Canary's webhooks does not gate: in the log, and once in a Warning Event on the Canary.
 */
import { createHash } from 'node:crypto';
import type { Canary } from '../canary.ts';
import type { Context } from '../context.ts';
import type { E2ESpec } from '../e2espec.ts';
import { eventOnCanary } from '../record/event.ts';
import { checkWiring } from '../wiring.ts';

export async function tellWiring(
  canary: Canary,
  specs: E2ESpec[],
  now: Date,
  { kube, log, retryAfterSeconds }: Context,
): Promise<void> {
  const specOf = (name: string) => specs.find(({ metadata }) => metadata.name === name)?.spec;
  const findings = checkWiring(canary, { specOf, retryAfterSeconds });
  if (findings.length === 0) return;
  const { namespace, name, uid } = canary.metadata;
  const message = findings.map((each) => `${each.webhook ?? 'the Canary'}: ${each.message}`).join('. ');
  log.warn(message, { canary: name, namespace, reason: 'DoesNotGate' });
  const hash = createHash('sha256').update(message).digest('hex').slice(0, 10);
  const news = {
    name: `e2e-wiring.${uid.slice(0, 8)}.${hash}`,
    type: 'Warning',
    reason: 'DoesNotGate',
    message,
  } as const;
  const fault = await kube.createEvent(eventOnCanary(news, canary, now));
  if (fault) log.warn('not written down', { reason: fault.message });
}
