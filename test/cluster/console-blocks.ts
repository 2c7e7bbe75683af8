/**
 * The console blocks of docs/troubleshooting.md: what they show is what the commands say, but for ages, hashes and the like.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { read } from '../support/documents.ts';

export interface Shown {
  /** As a shell would take it apart. */
  command: string[];
  /** All or some of the lines, in their order. */
  lines: string[];
}

const page = 'docs/troubleshooting.md';

export function shown(name: string): Shown[] {
  const block = read(page).split(`<!-- shown: ${name} -->\n\n\`\`\`console\n`)[1]?.split('```')[0];
  assert.ok(block, `no block "${name}" in ${page}`);
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...lines] = part.split('\n');
      return { command: words(command), lines: lines.filter((line) => line.trim() !== '') };
    });
}

function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

const varying: [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [/\b\d+(s|m|h|d)(\d+[smhd])?( ago)?\b/g, 'AGE'],
  [/e2e-verifier-\d{5}-deployment-[a-z0-9]+(-[a-z0-9]+)?/g, 'POD'],
  [/e2e-verifier-\d{5}(-deploy)?/g, 'REVISION'],
  [/dev\.local\/e2e-verifier:[\w.]+/g, 'IMAGE'],
  [/\[\d+\]/g, '[N]'],
  [/\d+ OK \/ \d+/g, 'N OK / N'],
  [/"milliseconds":\d+/g, '"milliseconds":N'],
  [/used: pods=\d+/g, 'used: pods=N'],
  // What the resolver of a machine says of a name that is not there.
  [/dial tcp: .*/g, 'dial tcp: NOTHING'],
  [/ +\d+ +(?=AGE|POD)/g, ' N '],
  [/\s+/g, ' '],
];

export function shape(line: string): string {
  return varying.reduce((text, [what, to]) => text.replace(what, to), line).trim();
}

/** The lines that are shown and not told, each as often as it is. What is of the same second is in any order. */
export function missing(lines: readonly string[], told: string): string[] {
  const actual = told.split('\n').map(shape);
  return lines.filter((line) => {
    const found = actual.indexOf(shape(line));
    if (found >= 0) actual.splice(found, 1);
    return found < 0;
  });
}

/** Asks again for a while: conditions follow one another. */
export async function untilShown({ command, lines }: Shown, ask: () => Promise<string>, seconds: number) {
  const limit = Date.now() + seconds * 1000;
  for (;;) {
    const told = await ask();
    const left = missing(lines, told);
    if (left.length === 0) return;
    const why = `${command.join(' ')} does not say:\n${left.map(shape).join('\n')}\nbut:\n${told.split('\n').map(shape).join('\n')}`;
    assert.ok(Date.now() < limit, why);
    await sleep(1000);
  }
}
