/**
 * The deployed process with a sink: what it still tells before it ends, and how long it tries to.
 */
import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recordsOf, until, untilDecided } from '../../support/environment.ts';
import { startSink } from '../../support/sink.ts';
import type { Verifier } from '../../support/verifier.ts';
import { type Deployed, emptyFolder, start } from './deployed.ts';
import { deployedProcesses, json, terminate } from './process.ts';

const postTo =
  ({ url }: Deployed): Verifier['post'] =>
  async (path, payload) => {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers: json, body: JSON.stringify(payload) });
    return { status: response.status, body: await response.text(), headers: response.headers };
  };

const isThere = (lines: string[]): boolean => lines.length > 0;

describe('The deployed process with a sink', function () {
  this.timeout(30_000);
  const { folder, kubernetes, started, rolledOut, cleanUp } = deployedProcesses();

  const failed = async (env: Record<string, string>) => {
    const deployed = await started(env);
    const { world, canary } = await rolledOut({ command: ['sh', '-c', 'exit 3'] });
    await untilDecided({ ...world, verifier: { ...world.verifier, post: postTo(deployed) } }, canary.payload());
    return { deployed, world, canary };
  };

  it('brings what is on its way to it before it ends, and takes the mark away', async () => {
    const sink = await startSink();
    cleanUp(sink.stop);
    sink.behave({ after: 1500 });
    const { deployed, world } = await failed({ NOTIFY_URL: sink.url });
    assert.equal(await terminate(deployed), 0);
    assert.deepEqual(
      sink.taken().map(({ type }) => type),
      ['com.remarkable.e2e.failed'],
    );
    assert.equal((await recordsOf(world))[0]?.['notificationPending'], undefined);
  });

  it('that hangs, it ends when it would end with a call', async () => {
    const sink = await startSink();
    cleanUp(sink.stop);
    sink.behave('hang');
    const { deployed, world } = await failed({ NOTIFY_URL: sink.url, CALL_BUDGET_MS: '1500' });
    assert.equal(await terminate(deployed), 0);
    assert.equal((await recordsOf(world))[0]?.['notificationPending'], 'Failed');
  });

  it('reads the SDK when there is something to say, and answers without it', async () => {
    const files = await emptyFolder();
    cleanUp(files.remove);
    for (const file of await readdir(folder())) {
      if (!file.startsWith('sink-')) await cp(join(folder(), file), join(files.path, file), { recursive: true });
    }
    const cluster = { KUBECONFIG: kubernetes().kubeconfig, AUTHENTICATE_PAYLOAD: 'true' };
    const deployed = await start(join(files.path, 'index.cjs'), { ...cluster, NOTIFY_URL: 'http://127.0.0.1:1' });
    cleanUp(() => deployed.child.kill('SIGKILL'));
    assert.equal(deployed.lines.length, 1, deployed.lines.join('\n'));
    const { world, canary } = await rolledOut({ command: ['sh', '-c', 'exit 3'] });
    const here = { ...world, verifier: { ...world.verifier, post: postTo(deployed) } };
    assert.equal((await untilDecided(here, canary.payload())).status, 412);
    await until(async () => deployed.lines.filter((line) => line.includes('a CloudEvent was not sent')), isThere, 10);
    assert.equal((await recordsOf(world))[0]?.['notificationPending'], 'Failed');
    assert.equal(await terminate(deployed), 0);
  });
});
