/**
 * `npm run matrix`: a cluster for each set of versions, one after another, and on each the suites that show that the gate
 * holds there. The result goes into docs/compatibility.md. What has passed is not run again: `-- --again` does, and
 * `-- --flagger 1.41.0` keeps to the rows with that version, as do `--kubernetes` and `--knative`.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { summary } from '../run/outcome.ts';
import { runFailedAgain, runSideBySide } from '../run/suites.ts';
import { isSame, readRows, record } from '../support/compatibility.ts';
import { pinnedVersionOf } from './components.ts';
import { checkout, externalKubeconfig } from './settings.ts';
import { versioned } from './versions.ts';

const pinned = Object.fromEntries(
  Object.entries(versioned).map(([name, { part, module }]) => [part, pinnedVersionOf(name, module)]),
);
const kubernetes = pinned['kubernetes'] ?? '';
const flagger = pinned['flagger'] ?? '';
const knative = pinned['knative'] ?? '';

/** Those of which Go can resolve every module; the first three are the corners. */
const cells = [
  { kubernetes, flagger, knative },
  { kubernetes, flagger: '1.36.1', knative },
  { kubernetes: '1.37.2', flagger, knative: '0.50.0' },
  { kubernetes: '1.35.4', flagger: '1.38.0', knative: '0.49.0' },
  { kubernetes: '1.36.3', flagger: '1.41.0', knative: '0.49.0' },
  { kubernetes, flagger: '1.37.0', knative },
  { kubernetes, flagger: '1.43.0', knative },
];

/** Every wiring with a revision that fails and one that passes; every answer of every hook; `/run` from a CronJob. */
const suites = ['rollout', 'behaviour', 'periodic'].map((name) => `test/cluster/${name}.test.ts`);

function npm(...args: string[]): void {
  const { status } = spawnSync('npm', ['run', ...args], { cwd: checkout, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm run ${args.join(' ')} ended with ${status}`);
}

function tested(): string {
  const { passed, failed } = summary(runFailedAgain(runSideBySide(suites, 3)));
  return [`${passed} passed`, ...failed.map((title) => `failed: ${title}`)].join('; ');
}

const version = { type: 'string' } as const;
const options = {
  again: { type: 'boolean', default: false },
  kubernetes: version,
  flagger: version,
  knative: version,
} as const;
const {
  values: { again, ...wanted },
} = parseArgs({ options });
if (externalKubeconfig !== undefined) throw new Error('E2E_KUBECONFIG is set: the matrix makes clusters of its own');
const chosen = cells.filter((cell) => isSame(cell, { ...cell, ...wanted }));
if (chosen.length === 0)
  throw new Error(`no row has ${JSON.stringify(wanted)}: add it to the cells of test/cluster/matrix.ts`);
for (const cell of chosen) {
  const words = `Kubernetes ${cell.kubernetes}, Flagger ${cell.flagger}, Knative Serving ${cell.knative}`;
  const known = readRows().find((row) => isSame(row, cell));
  if (known !== undefined && /^\d+ passed$/.test(known.result) && !again) {
    console.log(`${words}: ${known.result} on ${known.date}`);
    continue;
  }
  console.log(words);
  npm('cluster', 'down');
  const versions = Object.entries(cell).flatMap(([part, version]) => [`--${part}`, version]);
  npm('cluster', 'up', '--', ...versions);
  const result = tested();
  record({ ...cell, result, date: new Date().toISOString().slice(0, 10) });
  console.log(`${words}: ${result}`);
}
npm('cluster', 'down');
