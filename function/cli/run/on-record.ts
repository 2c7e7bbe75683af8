/**
 * `run --record`: by the verifier, so that it is on record, with no right but to ask for it.
 */
import { randomUUID } from 'node:crypto';
import type { Show } from '../follow/show.ts';
import { CannotRun } from '../problem.ts';
import type { Session } from '../session.ts';
import type { Asked } from './asked.ts';
import type { Ended } from './finish.ts';
import { record } from './record.ts';
import type { Address } from './verifier.ts';

export async function runOnRecord(
  place: { name: string; namespace: string },
  address: Address,
  { id = randomUUID(), url }: Pick<Asked, 'id' | 'url'>,
  session: Pick<Session, 'token'>,
  show: Show,
  signal: AbortSignal,
): Promise<Ended> {
  const request = { ...place, id, ...(url !== undefined && { url }) };
  await show.step('asked', `${address.url.href} for ${place.namespace}/${place.name}, id ${id}`);
  const outcome = await record(request, { ...address, token: () => tokenOf(session) }, show, signal);
  switch (outcome.kind) {
    case 'interrupted':
      process.stderr.write(`interrupted; ${afterwards(outcome.hasBegun, id)}\n`);
      return 'interrupted';
    case 'noVerdict':
      throw new CannotRun(outcome.message);
    case 'verdict': {
      const { verdict, job } = outcome;
      const meaning = [`on record: run ${id}. It answers no gate`];
      return {
        report: { ...place, verdict, meaning, isOnRecord: true, id, ...(job !== undefined && { job }) },
        failures: [],
      };
    }
  }
}

function afterwards(hasBegun: boolean, id: string): string {
  if (hasBegun) return `the test goes on, and --id ${id} asks for its verdict`;
  return `the verifier has not said that the test runs. --id ${id} runs it, or asks for its verdict where it does`;
}

async function tokenOf({ token }: Pick<Session, 'token'>): Promise<string> {
  const found = await token();
  if (found !== undefined) return found;
  throw new CannotRun(
    'the verifier asks for a token, and your kubeconfig signs in without one. Use the token of a service account: in a pod its own, elsewhere one from kubectl create token, in a kubeconfig',
  );
}
