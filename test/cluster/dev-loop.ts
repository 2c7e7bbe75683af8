/**
 * How long whoever writes specs waits: from a save to the first line of its run, of `test --watch` on the cluster.
 *
 *     node test/cluster/dev-loop.ts [SAVES]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/documents.ts';
import { connect } from './kubernetes.ts';

const saves = Number(process.argv[2] ?? 10);
const prompt = /^Save a file to run all of them again/m;
const patience = 120_000;

const kubernetes = await connect();
const folder = mkdtempSync(join(tmpdir(), 'dev-loop-'));
const save = (n: number): void =>
  writeFileSync(join(folder, 'a.spec.ts'), `import { it } from 'node:test';\nit('save ${n}', () => {});\n`);

try {
  const namespace = await kubernetes.namespace();
  save(0);
  const args = ['test', folder, '--watch', '-n', namespace, '--kubeconfig', kubernetes.kubeconfig];
  const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (part) => {
    out += String(part);
  });
  const seconds: { first: number; verdict: number }[] = [];
  await written(() => out, prompt);
  for (let n = 1; n <= saves; n++) {
    out = '';
    const begun = performance.now();
    save(n);
    await written(() => out, /^ \| /m);
    const first = performance.now() - begun;
    await written(() => out, prompt);
    if (!out.includes(`save ${n}`)) throw new Error(`another save has run: ${out}`);
    seconds.push({ first: first / 1000, verdict: (performance.now() - begun) / 1000 });
  }
  child.stdin.write('q\n');
  print(seconds);
} finally {
  rmSync(folder, { recursive: true });
  await kubernetes.stop();
}

async function written(said: () => string, pattern: RegExp): Promise<void> {
  const end = Date.now() + patience;
  while (!pattern.test(said())) {
    if (Date.now() > end) throw new Error(`not within ${patience / 1000} s: ${pattern}: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function print(seconds: { first: number; verdict: number }[]): void {
  console.log('| save | first output | verdict |\n| ---: | ---: | ---: |');
  for (const [index, { first, verdict }] of seconds.entries()) {
    console.log(`| ${index + 1} | ${first.toFixed(2)} s | ${verdict.toFixed(2)} s |`);
  }
  for (const [what, of] of [
    ['median', median],
    ['longest', (all: number[]) => Math.max(...all)],
  ] as const) {
    const [first, verdict] = [seconds.map((each) => each.first), seconds.map((each) => each.verdict)].map(of);
    console.log(`| ${what} | ${first?.toFixed(2)} s | ${verdict?.toFixed(2)} s |`);
  }
}

function median(all: number[]): number {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, each) => sum + each, 0) / middle.length;
}
