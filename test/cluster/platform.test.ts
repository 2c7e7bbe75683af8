/**
 * Three suites of examples/platform, and a fault for each: `npm run test:platform` tries all ten, and more.
 */
import assert from 'node:assert/strict';
import type { Kubernetes } from '../support/kubernetes.ts';
import type { SuiteName } from '../support/platform/suites.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { connect } from './kubernetes.ts';
import { longestTest } from './patience.ts';
import { failsOn, passes, type World } from './platform-cases.ts';
import { type Copy, install, set } from './platform-copy.ts';
import { faults } from './platform-faults.ts';
import { unlessBroken } from './unless-broken.ts';

const three: SuiteName[] = ['deployment', 'http', 'dns'];

describe('examples/platform', function () {
  this.timeout(longestTest);
  let kubernetes: Kubernetes;
  let copy: Copy;
  before(async () => {
    kubernetes = await connect();
    copy = await unlessBroken(install(await kubernetes.namespace(), three));
    await Promise.all(three.map((suite) => set(copy, suite, { TEST_TIMEOUT_SECONDS: '10' })));
  });
  after(async () => {
    if (!process.env['E2E_KEEP']) await copy?.remove();
    await kubernetes?.stop();
  });

  const enter = async (): Promise<World> => ({ kubernetes, copy });
  const oneForEach = three.map((suite) => {
    const fault = faults.find((each) => each.suite === suite);
    assert.ok(fault, suite);
    return fault;
  });
  const guarded = [...three.map((suite) => passes(suite)), ...oneForEach.map(failsOn)].map(({ title, run }) => ({
    title,
    run: (world: World) => unlessBroken(run(world)),
  }));
  sideBySide(three.length, enter, guarded);
});
