/**
 * `npm run bench`: how fast the verifier is, held against the floor of what it is made of. README.md beside this file
 * tells what is compared. With names of figures only those are taken, and RESULTS.md stays as it is.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, isBuilt } from '../cluster/build.ts';
import { components } from '../cluster/components.ts';
import { serve } from './api.ts';
import type { Bench } from './figure.ts';
import { type FigureName, figures } from './figures.ts';
import { load, machine, revision } from './machine.ts';
import { runAsInPod, wayIn } from './pod.ts';
import { root } from './programs.ts';
import { type Moment, moments } from './recorded-api.ts';
import { leftOut, type Measured, table } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '25' }, 'with-loadtester': { type: 'boolean', default: false } },
});
const names = Object.keys(figures) as FigureName[];
const unknown = positionals.filter((name) => !names.some((each) => each === name));
if (unknown.length > 0) {
  console.error(
    `no figure ${unknown.join(', ')}: npm run bench -- [--rounds N] [--with-loadtester] ${names.join(' ')}`,
  );
  process.exitCode = 2;
} else {
  // Before this process gives up its /var/run: building Flagger may need the network's settings there.
  if (values['with-loadtester'] && !(await isBuilt(components.flagger))) await build(components.flagger);
  process.exitCode =
    runAsInPod() ?? (await take(names.filter((name) => !positionals[0] || positionals.includes(name))));
}

async function take(chosen: readonly FigureName[]): Promise<number> {
  const { running, recorded } = await moments();
  const served = (moment: Moment) => ({ ...moment, serve: () => serve(moment) });
  const bench: Bench = { rounds: Number(values.rounds), running: served(running), recorded: served(recorded) };
  const before = load();
  const measured: Measured[] = [];
  let failures = 0;
  for (const name of chosen) {
    console.error(`${name} ...`);
    try {
      measured.push(await figures[name](bench));
    } catch (error) {
      failures++;
      console.error(error);
      const why = error instanceof Error ? error.message : String(error);
      measured.push({ rows: [leftOut(name, why)], notes: [] });
    }
  }
  const report = written(measured, before);
  console.log(report);
  if (chosen.length === names.length) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), report);
  return failures === 0 ? 0 : 1;
}

function written(measured: readonly Measured[], before: string): string {
  const notes = measured.flatMap((each) => each.notes);
  const options = process.argv.slice(2).join(' ');
  const command = options === '' ? 'npm run bench' : `npm run bench -- ${options}`;
  return `# Results

\`${command}\`, ${new Date().toISOString().slice(0, 16)}Z, commit ${revision(root)}. ${machine()}.
Load average ${before} before, ${load()} after. The verifier finds its cluster by ${wayIn}.
Medians of ${values.rounds} rounds, taken in turns, unless a row says otherwise. MB are 2^20 bytes.

${table(measured.flatMap(({ rows }) => rows))}

${notes.map((note) => `- ${note}`).join('\n')}
`;
}
