/**
 * From spawn to the first 200 of the readiness probe.
 */
import type { Bench } from '../figure.ts';
import { inTurns } from '../measure.ts';
import { bare, frameworkHello, verifier } from '../programs.ts';
import { type Program, using } from '../spawned.ts';
import { compared, type Measured } from '../table.ts';

const figure = 'spawn → first 200 on /health/readiness';

export async function ready({ recorded, rounds }: Bench): Promise<Measured> {
  const api = await recorded.serve();
  const readyAfter = (program: Program) => () => using(program, async (spawned) => spawned.ready);
  const taken = await inTurns(rounds, {
    verifier: readyAfter(verifier(api)),
    bare: readyAfter(bare),
    hello: readyAfter(frameworkHello),
  });
  await api.stop();
  const against = { name: 'bare node:http server', values: taken.bare };
  const rows = [
    compared({ figure, unit: 'ms', ours: taken.verifier, against, atMost: 2 }),
    compared({
      figure: 'for context: the same',
      unit: 'ms',
      ours: taken.verifier,
      against: { name: 'Functions Framework hello, unbundled', values: taken.hello },
    }),
  ];
  return { rows, notes: [`Readiness is asked about every half millisecond, over a fresh socket each time.`] };
}
