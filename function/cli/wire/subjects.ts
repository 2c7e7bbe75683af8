/**
 * The Canaries that are to be wired, and the tests that each is to wait for.
 */
import type { Canary } from '../../api/canary.ts';
import type { Spec } from '../../api/e2espec.ts';
import { isObjectName } from '../../api/names.ts';
import { likelyWebhooks } from '../../flagger/webhooks.ts';
import { baseOf } from '../../lint/goal.ts';
import { gatesOf } from '../overview/gates.ts';
import { CannotRun } from '../problem.ts';
import type { Test } from './webhooks.ts';

export interface Known {
  canaries: Canary[];
  /** By name: those beside the Canaries. */
  specs: ReadonlyMap<string, Spec | undefined>;
}

/** `e2eSpec`: the one that somebody has named. */
export function testsFor(canary: Canary, { canaries, specs }: Known, e2eSpec: string | undefined): Test[] {
  const { name } = canary.metadata;
  const gates = gatesOf(canary);
  if (e2eSpec === undefined && gates.length > 0) {
    return gates.map(({ name: hook, key, webhook }) => ({
      e2eSpec: key.e2eSpec,
      spec: specs.get(key.e2eSpec),
      hook,
      metadata: webhook.webhook.metadata ?? {},
    }));
  }
  const own = e2eSpec ?? (specs.has(name) ? name : onlyOther(canaries, specs)) ?? name;
  if (!isObjectName(own)) throw new CannotRun(`"${own}" cannot be the name of an E2ESpec`);
  return [{ e2eSpec: own, spec: specs.get(own), hook: 'e2e', metadata: own === name ? {} : { e2espec: own } }];
}

/** The one that nobody asks for. */
function onlyOther(canaries: readonly Canary[], specs: Known['specs']): string | undefined {
  const asked = new Set(
    canaries.flatMap((each) => [each.metadata.name, ...gatesOf(each).map(({ key }) => key.e2eSpec)]),
  );
  const [spare, ...more] = [...specs.keys()].filter((each) => !asked.has(each));
  return more.length === 0 ? spare : undefined;
}

const usual = 'http://e2e-verifier.default';

/** Where the Canary's webhooks lead already; the usual place where it has none. */
export function addressFor(canary: Canary): string {
  const [first] = likelyWebhooks(canary);
  if (first === undefined) return usual;
  const { prefix } = first.address;
  return `${baseOf(first.webhook)}${prefix === '' ? '' : `/${prefix}`}`;
}
