/**
 * An esbuild plugin: the function is built with what its answers take from the table of reasons. What only docs/reasons.md says,
 * and that is half of it, no cold start has to load.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import { kubernetesReasons, ownReasons } from '../../function/api/reasons.ts';

export const withoutMeanings: Plugin = {
  name: 'reasons without their meanings',
  setup: ({ onLoad }) =>
    onLoad({ filter: /function[\\/]api[\\/]reasons\.ts$/ }, ({ path }) => ({
      contents: shortened(readFileSync(path, 'utf8')),
      loader: 'ts',
    })),
};

type Row = (typeof ownReasons)[keyof typeof ownReasons];

function shortened(source: string): string {
  const advice = new Map<Row['advice'], string>();
  const tables = Object.entries({ ownReasons, kubernetesReasons }).map(([name, rows]) => ({
    former: new RegExp(`(?<=^export const ${name} = )\\{[^]*?^\\}`, 'm'),
    rows: Object.entries<Row>(rows).map(([reason, row]) => `${reason}: ${rowOf(row, advice)},`),
  }));
  const text = tables.reduce((whole, { former, rows }) => {
    if (!former.test(whole)) throw new Error(`function/api/reasons.ts has no table like ${former}`);
    return whole.replace(former, () => `{ ${rows.join(' ')} }`);
  }, source);
  const named = [...advice].map(([rows, name]) => `const ${name} = [${rows.map(pairOf).join(', ')}];`);
  return [...named, text].join('\n');
}

/** `advice`: what has a name already, as several rows share it. */
function rowOf({ matter, action, advice: own }: Row, advice: Map<Row['advice'], string>): string {
  if (own.length > 0 && !advice.has(own)) advice.set(own, `advice${advice.size}`);
  return `entry('', ${JSON.stringify(matter)}, '', ${JSON.stringify(action)}, ${advice.get(own) ?? '[]'})`;
}

function pairOf([pattern, words]: Row['advice'][number]): string {
  return `[${pattern}, ${JSON.stringify(words)}]`;
}
