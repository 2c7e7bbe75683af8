/**
 * What a Canary's webhooks make of its rollouts, in a few words.
 */
import type { Canary } from '../../api/canary.ts';
import { thresholdOf } from '../../flagger/canary.ts';
import { pathsOf } from '../../flagger/hooks.ts';
import { gatesAmong } from '../../flagger/manual-gates.ts';
import type { VerifierWebhook } from '../../flagger/webhooks.ts';
import { namesOf } from '../overview/by-person.ts';

/** When a rollout waits, by the path that is asked. */
const moments = [
  { path: '/pre-rollout', words: 'at pre-rollout' },
  { path: '/confirm-traffic-increase', words: 'before each step of traffic' },
  { path: '/rollout', words: 'at each check of its analysis' },
  { path: '/confirm-promotion', words: 'before promotion' },
] as const;

/**
 * As `waits for its test at pre-rollout, and rolls back at once`; of webhooks in which nothing is wrong. `isObserved`: whether
 * the E2ESpec of a webhook only observes.
 */
export function gatingOf(
  canary: Canary,
  own: readonly VerifierWebhook[],
  isObserved: (webhook: VerifierWebhook) => boolean,
): string {
  const calling = own.filter(({ type, path }) => pathsOf(type).includes(path));
  const asked = calling.filter((each) => each.hook.kind !== 'gate' || !isObserved(each));
  const isCalled = (path: string) => asked.some((each) => each.path === path);
  const when = moments.filter(({ path }) => isCalled(path)).map(({ words }) => words);
  const names = namesOf(gatesAmong(calling, canary));
  const byPerson = names === '' ? '' : `; a person opens: ${names}`;
  if (when.length === 0) return withoutTest(byPerson, asked.length < calling.length);
  return `waits for its test ${inWords(when)}, and ${rollbackOf(canary, isCalled)} when it fails${byPerson}`;
}

function withoutTest(byPerson: string, isObserved: boolean): string {
  if (byPerson !== '') return `${isObserved ? 'observes its test' : 'calls no gate of a test'}${byPerson}`;
  return isObserved ? 'observes its test, and waits for nothing' : 'calls no gate of the verifier';
}

function rollbackOf(canary: Canary, isCalled: (path: string) => boolean): string {
  if (isCalled('/rollback')) return 'rolls back at once';
  // Of a confirm hook no failed check is counted.
  if (!isCalled('/pre-rollout') && !isCalled('/rollout')) return 'goes on waiting';
  return thresholdOf(canary) === 1 ? 'rolls back at once' : 'rolls back by the threshold';
}

function inWords(parts: string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
