// docs/write-a-test.md, as a reader follows it: what it has applied, what it calls, and what is answered.
import assert from 'node:assert/strict';
import { runHook, statusOfError, statusOfVerdict } from '../../function/flagger/hooks.ts';
import { at, objectsOf, read } from '../support/documents.ts';
import { applySpec, passing } from '../support/environment.ts';
import { embeddedStage } from '../support/stage.ts';

const file = 'docs/write-a-test.md';
const page = read(file);
const manifests = objectsOf(file).filter(({ metadata }) => metadata.name === 'my-app-ci');

describe('POST /run in docs/write-a-test.md', () => {
  const stage = embeddedStage();

  it('has an account that may have the test run, and nothing else, by its words', async () => {
    const { kubernetes, verifier } = stage;
    const namespace = 'default';
    await applySpec({ kubernetes, namespace }, passing, 'my-app');
    for (const each of manifests) {
      const subjects = at(each, 'subjects');
      const placed = Array.isArray(subjects) ? { subjects: subjects.map((one) => ({ ...one, namespace })) } : {};
      await kubernetes.apply({ ...each, ...placed, metadata: { ...each.metadata, namespace } });
    }
    const [, account = ''] = /kubectl create token (\S+)/.exec(page) ?? [];
    const token = await kubernetes.token({ namespace, name: account });
    const [, body = '', answer] = /-d '(.*)'\n(.*)\n```/.exec(page) ?? [];
    const headers = { Authorization: `Bearer ${token}` };
    const answered = await verifier.post('/run', body, headers);
    assert.deepEqual([answered.status, answered.body], [429, answer]);
    const another = await verifier.post('/run', body.replace('my-app', 'other-app'), headers);
    assert.equal(another.status, 403);
  });

  it('has every status that is answered, and no other', () => {
    const [, table = ''] = /<!-- run-answers -->([\s\S]*?)<!-- \/run-answers -->/.exec(page) ?? [];
    const told = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
    const verdicts = (['passed', 'failed', 'inconclusive', 'running'] as const).map((kind) =>
      statusOfVerdict(runHook, kind, false),
    );
    const refusals = (
      [
        ...(['BadRequest', 'Unauthorized', 'Forbidden', 'SpecMissing'] as const),
        ...(['AlreadyExists', 'Invalid', 'ServiceUnavailable'] as const),
      ] as const
    ).map((kind) => statusOfError(kind, runHook));
    assert.deepEqual(told, [...verdicts, ...refusals]);
  });
});
