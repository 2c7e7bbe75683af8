/**
 * Warns of what in a Canary's webhooks does not gate: in the log, and once in a Warning Event on the Canary.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import { ownWebhooks } from '../flagger/webhooks.ts';
import { lint } from '../lint/lint.ts';
import { type Context, logFailure } from './context.ts';
import { type EventSpec, eventOnCanary } from './events.ts';

export async function warnOnce(canary: Canary, specs: E2ESpec[], now: Date, context: Context): Promise<void> {
  const { kube, log, retryAfterSeconds } = context;
  const specOf = (name: string) => specs.find(({ metadata }) => metadata.name === name)?.spec;
  const findings = lint(canary, { own: ownWebhooks(canary, context), specOf, retryAfterSeconds });
  if (findings.length === 0) return;
  const { namespace, name } = canary.metadata;
  const message = findings.map((each) => `${each.webhook ?? 'the Canary'}: ${each.message}`).join('. ');
  log.warn(message, { canary: name, namespace, reason: 'DoesNotGate' });
  const event: EventSpec = { about: 'e2e-wiring', once: [message], type: 'Warning', reason: 'DoesNotGate', message };
  await logFailure(log, kube.createEvent(eventOnCanary(event, canary, now)));
}
