/**
 * Warns of what in a Canary's webhooks does not gate: in the log, and once in a Warning Event on the Canary. Advice is for
 * whoever asks for it, by lint: nobody on call can do anything about it.
 */
import type { Canary } from '../api/canary.ts';
import type { E2ESpec } from '../api/e2espec.ts';
import { ownWebhooks } from '../flagger/webhooks.ts';
import { lint } from '../lint/lint.ts';
import type { Finding } from '../lint/rules.ts';
import { type Context, logFailure } from './context.ts';
import { type EventSpec, eventOnCanary } from './events.ts';

export async function warnOnce(canary: Canary, specs: E2ESpec[], now: Date, context: Context): Promise<void> {
  const { kube, log, origin, retryAfterSeconds } = context;
  const specOf = (name: string) => specs.find(({ metadata }) => metadata.name === name)?.spec;
  const input = { own: ownWebhooks(canary, context), specOf, retryAfterSeconds, origin };
  const findings = lint(canary, input).filter(({ severity }) => severity === 'error');
  if (findings.length === 0) return;
  const { namespace, name } = canary.metadata;
  const message = findings.map((each) => `${whereOf(each)}: ${each.message}`).join('. ');
  log.warn(message, { canary: name, namespace, reason: 'DoesNotGate' });
  const event: EventSpec = { about: 'e2e-wiring', once: [message], type: 'Warning', reason: 'DoesNotGate', message };
  await logFailure(log, kube.createEvent(eventOnCanary(event, canary, now)));
}

function whereOf({ webhook, at }: Finding): string {
  return webhook ?? (at.kind === 'Canary' ? 'the Canary' : `E2ESpec ${at.name}`);
}
