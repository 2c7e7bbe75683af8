// The pods behind the canary, as the API server has them, and what they log. The rights for it are in rbac.yaml.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { list, logOf, type Pod } from './kubernetes.ts';

const canary = process.env['CANARY_NAME'] ?? 'my-app';
// Those of the new revision and of the one that users are on, as Flagger labels them.
const pods = (): Promise<Pod[]> => list('pods', `app in (${canary}, ${canary}-primary)`);

describe(`The pods of ${canary}`, () => {
  it('are ready', async () => {
    const ready = (await pods()).filter(({ status }) =>
      status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
    assert.ok(ready.length > 0, 'none is ready');
  });

  it('have not crashed', async () => {
    const restarts = (await pods()).flatMap(({ status }) => status.containerStatuses ?? []);
    assert.deepEqual(
      restarts.filter(({ restartCount }) => restartCount > 0).map(({ name }) => name),
      [],
    );
  });

  it('log no panic', async () => {
    for (const { metadata } of await pods()) assert.doesNotMatch(await logOf(metadata.name), /\b(panic|FATAL)\b/);
  });
});
