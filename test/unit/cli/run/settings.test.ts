import assert from 'node:assert/strict';
import { ownVariables, readSetting } from '../../../../function/cli/run/settings.ts';
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
