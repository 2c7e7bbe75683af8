import assert from 'node:assert/strict';
import { checksumOf } from '../../../function/flagger/checksum.ts';

describe('The checksum', () => {
  const seen = [
    { of: 'a Canary that has applied nothing yet', status: {}, checksum: '758df7c9fc' },
    { of: 'no tracked configs', status: { lastAppliedSpec: '5d8f7c9b6d' }, checksum: '7f79db7f5c' },
    { of: 'an empty map', status: { lastAppliedSpec: '5d8f7c9b6d', trackedConfigs: {} }, checksum: '56d947fccb' },
    {
      of: 'two configs, in whatever order',
      status: { lastAppliedSpec: '5d8f7c9b6d', trackedConfigs: { 'configmap/b': '2', 'configmap/a': '1' } },
      checksum: '7c9bdbd96d',
    },
    {
      of: 'a live Flagger 1.44 without tracked configs',
      status: { lastAppliedSpec: '5df9bcb676' },
      checksum: '5c95544979',
    },
    {
      of: 'a live Flagger 1.44 with an empty map',
      status: { lastAppliedSpec: '86c6f5f8c6', trackedConfigs: {} },
      checksum: '774ddb8899',
    },
  ];
  for (const { of, status, checksum } of seen) {
    it(`is Flagger's for ${of}`, () => assert.equal(checksumOf(status), checksum));
  }
});
