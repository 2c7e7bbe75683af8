/**
 * Requests with the caller's token: nothing of the verifier's goes with them, and a refusal is not asked again.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { KubeConfig } from '@kubernetes/client-node';
import { askAsCaller, bearerOf } from '../../../function/kube/caller.ts';
import { connect } from '../../../function/kube/connect.ts';
import { gatekeeper } from '../../../function/kube/gatekeeper.ts';
import { emptyFolder, type Folder } from '../deployed/deployed.ts';
import { type Certificates, createCertificates, type Protocol, startTlsApi, type TlsApi } from './tls-api.ts';

const protocols: Protocol[] = ['HTTP/1.1', 'HTTP/2'];
const budget = () => ({ endsAt: Date.now() + 5000 });

for (const protocol of protocols) {
  describe(`The API server in the caller's name, over ${protocol}`, function () {
    this.timeout(30_000);
    let folder: Folder;
    let files: Certificates;
    let api: TlsApi;
    before(async function () {
      if (spawnSync('openssl', ['version']).status !== 0) this.skip();
      folder = await emptyFolder();
      files = await createCertificates(folder.path);
      api = await startTlsApi(files, protocol);
    });
    beforeEach(() => api.forget());
    after(async () => {
      await api?.stop();
      await folder?.remove();
    });

    /** The verifier's own: with a token and a client certificate. */
    function config(): KubeConfig {
      const own = new KubeConfig();
      own.loadFromOptions({
        clusters: [{ name: 'test', server: `https://127.0.0.1:${api.port}`, caFile: files.authority }],
        users: [{ name: 'verifier', token: 'own', certFile: files.client, keyFile: files.clientKey }],
        contexts: [{ name: 'test', cluster: 'test', user: 'verifier' }],
        currentContext: 'test',
      });
      return own;
    }

    function gatekeepers() {
      const askAs = askAsCaller(config());
      return (token: string) => gatekeeper(askAs(token, budget()));
    }

    const seen = () => api.seen.map(({ authorization, certificate }) => [authorization, certificate]);

    it("has the caller's token, and neither the verifier's nor its certificate", async () => {
      const asCaller = gatekeepers();
      const own = connect(config())(budget());
      for (const token of ['one', 'two'])
        await assert.rejects(asCaller(token).getCanary('test', 'podinfo'), { kind: 'NotFound' });
      await own.getCanary('test', 'podinfo').catch(() => undefined);
      assert.deepEqual(seen(), [
        ['Bearer one', undefined],
        ['Bearer two', undefined],
        ['Bearer own', 'verifier'],
      ]);
    });

    it('asks once where the token is not known', async () => {
      api.accepted = 'Bearer one';
      const asCaller = gatekeepers();
      await assert.rejects(asCaller('two').whoAmI(), { kind: 'Unauthorized' });
      assert.deepEqual(seen(), [['Bearer two', undefined]]);
      await assert.rejects(asCaller('one').whoAmI(), { kind: 'NotFound' });
    });
  });
}

describe('The token of a call', () => {
  const rows: [authorization: string, token: string | undefined][] = [
    ['Bearer eyJh.bGci-O_i~J+S/U==', 'eyJh.bGci-O_i~J+S/U=='],
    ['bearer abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['', undefined],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['Bearer a, Bearer b', undefined],
    ['Bearer a=b', undefined],
    ['Bearer a\r\nImpersonate-User: root', undefined],
    ['Basic YWxpY2U6c2VjcmV0', undefined],
    ['abc', undefined],
  ];
  for (const [authorization, token] of rows) {
    it(`of "${authorization}" is ${token ?? 'none'}`, () => assert.equal(bearerOf(authorization), token));
  }
});
