import assert from 'node:assert/strict';
import { fieldsMeant, ownVariables, readSetting } from '../../../../function/cli/run/settings.ts';
import { rolloutVariables } from '../../../../function/job/env.ts';

describe('--set', () => {
  const settings: [title: string, text: string, variable: { name: string; value: string }][] = [
    ['sets a variable', 'GREP=login', { name: 'GREP', value: 'login' }],
    ['takes all behind the first sign for the value', 'URL=http://a?b=c', { name: 'URL', value: 'http://a?b=c' }],
    ['takes nothing for an empty value', 'EMPTY=', { name: 'EMPTY', value: '' }],
    ['keeps lines', 'LINES=a\nb', { name: 'LINES', value: 'a\nb' }],
    ['keeps what Kubernetes would replace', 'A=$(B)', { name: 'A', value: '$$(B)' }],
    ["takes a name that only looks like the verifier's", 'CANARY_COLOUR=red', { name: 'CANARY_COLOUR', value: 'red' }],
  ];
  for (const [title, text, variable] of settings) {
    it(title, () => assert.deepEqual(readSetting(text), [variable]));
  }

  it('may be given again, and the last of a name counts', () => {
    const all = ['A=1', 'B=2', 'A=3'].reduce<ReturnType<typeof readSetting>>(
      (before, text) => readSetting(text, before),
      [],
    );
    assert.deepEqual(
      all.map(({ name, value }) => `${name}=${value}`),
      ['B=2', 'A=3'],
    );
  });

  const meant: [name: string, notes: string[]][] = [
    ['image', ["--set image=… sets a variable of the test that is named image; --image replaces the E2ESpec's image"]],
    [
      'activeDeadlineSeconds',
      [
        '--set activeDeadlineSeconds=… sets a variable of the test that is named activeDeadlineSeconds, not the field of the E2ESpec; -f FILE runs another E2ESpec',
      ],
    ],
    ['IMAGE', []],
    ['toString', []],
  ];
  for (const [name, notes] of meant) {
    it(`of ${name} ${notes.length === 0 ? 'needs no note' : 'is noted, as a field of the E2ESpec may be meant'}`, () => {
      assert.deepEqual(fieldsMeant(readSetting(`${name}=1`)), notes);
    });
  }

  const payload = { name: 'a', namespace: 'b', phase: '', checksum: 'c', metadata: {} };
  const set = [
    ...new Set([...rolloutVariables(payload, undefined, 'rollout').map(({ name }) => name), ...ownVariables]),
  ];
  for (const name of [...set, 'CANARY_URL', 'CANARY_METADATA_REGION']) {
    it(`is refused for ${name}`, () => assert.throws(() => readSetting(`${name}=x`)));
  }
  for (const text of ['', '=', '=x', 'A', 'A B=1', '1A=1', 'Ä=1']) {
    it(`is refused as "${text}"`, () => assert.throws(() => readSetting(text), /KEY=VALUE/));
  }
});
