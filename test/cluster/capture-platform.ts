/**
 * `node test/cluster/capture-platform.ts`: runs the suites of examples/platform on the cluster a few times, the last time with a
 * fault under one of them, and writes what is on record of them into test/fixtures/status/platform.json, of which the picture in its README
 * is made.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, root } from '../support/documents.ts';
import { type SuiteName, suiteNames } from '../support/platform/suites.ts';
import { connect } from './kubernetes.ts';
import { install, set } from './platform-copy.ts';
import { type Fault, faults } from './platform-faults.ts';
import { aPeriod, inWords } from './platform-runs.ts';

const ROUNDS = 4;
const file = join(root, 'test/fixtures/status/platform.json');

const kubernetes = await connect();
const copy = await install(await kubernetes.namespace());
try {
  const [fault] = faults.filter(({ suite }) => suite === 'deployment');
  if (fault === undefined) throw new Error('no fault for the suite deployment');
  for (let round = 1; round < ROUNDS; round++) await aPeriod(kubernetes, copy);
  const end = await spoil(fault);
  const outcomes = await aPeriod(kubernetes, copy);
  await end();
  for (const outcome of outcomes) console.log(inWords(outcome));
  const key = (suite: SuiteName) => ({ namespace: copy.namespaceOf(suite), name: suite });
  const specs = await Promise.all(
    suiteNames.map((suite) => kubernetes.get({ apiVersion: 'remarkable.com/v1', kind: 'E2ESpec', ...key(suite) })),
  );
  const kept = specs.map((spec) => ({
    apiVersion: 'remarkable.com/v1',
    kind: 'E2ESpec',
    metadata: { namespace: at(spec, 'metadata', 'namespace'), name: at(spec, 'metadata', 'name') },
    spec: { image: at(spec, 'spec', 'image'), staleAfterSeconds: at(spec, 'spec', 'staleAfterSeconds') },
    status: spec?.['status'],
  }));
  writeFileSync(file, `${JSON.stringify(kept, null, 2).replaceAll(`${copy.prefix}-`, '')}\n`);
} finally {
  await copy.remove();
  await kubernetes.stop();
}

async function spoil({ suite, inject }: Fault): Promise<() => Promise<unknown>> {
  await set(copy, suite, { TEST_TIMEOUT_SECONDS: '10' });
  return inject({ kubernetes, copy, suite, namespace: copy.namespaceOf(suite) });
}
