// docs/run.md, as a reader follows it: what it has applied, what it calls, and what is answered.
import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { runHook, statusOfError, statusOfVerdict } from '../../function/flagger/hooks.ts';
import { at, read } from '../support/documents.ts';
import { applySpec, passing } from '../support/environment.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import { embeddedStage } from '../support/stage.ts';

const page = read('docs/run.md');
const manifests: KubernetesObject[] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
  parseAllDocuments(text).map((document) => document.toJS()),
);

describe('docs/run.md', () => {
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
