/**
 * From spawn to the first verdict: ready, then one POST, as Knative's activator passes it on.
 */
import type { Bench } from '../figure.ts';
import { inTurns } from '../measure.ts';
import { bareWithReads, verifier } from '../programs.ts';
import { call, expect } from '../requests.ts';
import { type Program, using } from '../spawned.ts';
import { compared, type Measured } from '../table.ts';

export async function firstVerdict({ recorded, rounds }: Bench): Promise<Measured> {
  const api = await recorded.serve();
  const body = JSON.stringify(recorded.payload);
  const answeredAfter = (program: Program) => () =>
    using(program, async ({ url, spawnedAt }) => {
      const answered = await call({ url: `${url}/pre-rollout`, body });
      const after = performance.now() - spawnedAt;
      expect(200, [answered]);
      return after;
    });
  const taken = await inTurns(rounds, {
    verifier: answeredAfter(verifier(api)),
    bare: answeredAfter(bareWithReads(api, recorded)),
  });
  const { unknown } = await api.counts();
  await api.stop();
  if (unknown > 0) throw new Error(`${unknown} requests were not among those that the bare server makes`);
  const row = compared({
    figure: 'spawn → first verdict (on record; 4 reads over TLS in 2 round trips)',
    unit: 'ms',
    ours: taken.verifier,
    against: { name: 'bare server, same reads', values: taken.bare },
    atMost: 1.6,
  });
  return { rows: [row], notes: [] };
}
