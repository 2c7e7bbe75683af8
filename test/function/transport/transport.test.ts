/**
 * How the deployed function reaches the API server: as kubectl would with the same kubeconfig, but over one connection.
 * By the bundle, because that loads most of this only when a kubeconfig asks for it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mock } from 'node:test';
import { KubeConfig } from '@kubernetes/client-node';
import { HookError } from '../../../function/errors.ts';
import { connect } from '../../../function/kube/connect.ts';
import { build, emptyFolder, type Folder, start } from '../deployed/deployed.ts';
import { type StartedProxy, startHttpProxy, startSocksProxy } from './proxies.ts';
import { type Certificates, createCertificates, type Seen, startTlsApi, type TlsApi } from './tls-api.ts';

type Fields = Record<string, unknown>;

const payload = { name: 'podinfo', namespace: 'test', phase: 'Progressing', checksum: '85d557f47b' };

const encoded = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
const idToken = `${encoded({ alg: 'none' })}.${encoded({ exp: 4_000_000_000 })}.signature`;

describe('The way to the API server', function () {
  this.timeout(30_000);
  let folder: Folder;
  let bundle: string;
  let files: Certificates;
  let proxy: StartedProxy;
  let socks: StartedProxy;
  before(async function () {
    // A build, on a machine that may be busy.
    this.timeout(120_000);
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    folder = await emptyFolder();
    bundle = await build(folder);
    files = await createCertificates(folder.path);
    proxy = await startHttpProxy();
    socks = await startSocksProxy();
  });
  after(async () => {
    await Promise.all([proxy, socks].map((each) => each?.stop()));
    await folder?.remove();
  });

  const base64 = async (path: string) => (await readFile(path)).toString('base64');
  const inFolder = (name: string) => join(folder.path, name);

  /** What the function answers to calls that have it ask for a Canary. */
  async function answers(api: TlsApi, cluster: Fields, user: Fields, calls = 1): Promise<string[]> {
    const KUBECONFIG = inFolder('kubeconfig');
    const server = `https://127.0.0.1:${api.port}`;
    await writeFile(
      KUBECONFIG,
      JSON.stringify({
        clusters: [{ name: 'test', cluster: { server, ...cluster } }],
        users: [{ name: 'test', user }],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
        'current-context': 'test',
      }),
    );
    const env = { PATH: process.env['PATH'] ?? '', CALL_BUDGET_MS: '2000', AUTHENTICATE_PAYLOAD: 'true' };
    const { url, child, ended } = await start(bundle, { ...env, KUBECONFIG });
    const answered: string[] = [];
    for (let call = 0; call < calls; call++) {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(`${url}/rollback`, { method: 'POST', headers, body: JSON.stringify(payload) });
      answered.push(await response.text());
    }
    child.kill('SIGKILL');
    await ended;
    return answered;
  }

  /** An executable that prints an ExecCredential. */
  async function credentials(status: Fields): Promise<string> {
    const path = inFolder('credentials');
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status };
    await writeFile(path, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`, { mode: 0o755 });
    return path;
  }

  const trusting = (): Fields => ({ 'certificate-authority': files.authority });
  const token = { token: 's3cr3t' };

  const ways: {
    title: string;
    cluster(): Fields | Promise<Fields>;
    user(): Fields | Promise<Fields>;
    seen: Partial<Seen>;
  }[] = [
    {
      title: 'a token, and an authority in a file',
      cluster: trusting,
      user: () => token,
      seen: { authorization: 'Bearer s3cr3t', certificate: undefined, serverName: false },
    },
    {
      title: 'an authority in the kubeconfig',
      cluster: async () => ({ 'certificate-authority-data': await base64(files.authority) }),
      user: () => token,
      seen: { authorization: 'Bearer s3cr3t' },
    },
    {
      title: 'insecure-skip-tls-verify',
      cluster: () => ({ 'insecure-skip-tls-verify': true }),
      user: () => token,
      seen: { authorization: 'Bearer s3cr3t' },
    },
    {
      title: 'tls-server-name',
      cluster: () => ({ ...trusting(), 'tls-server-name': 'api.test' }),
      user: () => token,
      seen: { serverName: 'api.test' },
    },
    {
      title: 'a client certificate in files',
      cluster: trusting,
      user: () => ({ 'client-certificate': files.client, 'client-key': files.clientKey }),
      seen: { certificate: 'verifier', authorization: undefined },
    },
    {
      title: 'a client certificate in the kubeconfig',
      cluster: trusting,
      user: async () => ({
        'client-certificate-data': await base64(files.client),
        'client-key-data': await base64(files.clientKey),
      }),
      seen: { certificate: 'verifier' },
    },
    {
      title: 'a name and a password',
      cluster: trusting,
      user: () => ({ username: 'verifier', password: 's3cr3t' }),
      seen: { authorization: `Basic ${Buffer.from('verifier:s3cr3t').toString('base64')}` },
    },
    {
      title: 'a token beside a name and a password',
      cluster: trusting,
      user: () => ({ ...token, username: 'verifier', password: 's3cr3t' }),
      seen: { authorization: 'Bearer s3cr3t' },
    },
    {
      title: 'impersonation',
      cluster: trusting,
      user: () => ({ ...token, as: 'somebody' }),
      seen: { impersonated: 'somebody' },
    },
    {
      title: 'a token in a file',
      cluster: trusting,
      async user() {
        await writeFile(inFolder('token'), 'of the file');
        return { 'auth-provider': { name: 'tokenFile', config: { tokenFile: inFolder('token') } } };
      },
      seen: { authorization: 'Bearer of the file' },
    },
    {
      title: 'a tokenFile, with the end of its line, beside the kubeconfig',
      cluster: trusting,
      async user() {
        await writeFile(inFolder('token-file'), 'of the file\n');
        return { tokenFile: 'token-file', token: 'another' };
      },
      seen: { authorization: 'Bearer of the file' },
    },
    {
      title: 'a program that prints a token',
      cluster: trusting,
      user: async () => ({ exec: { command: await credentials({ token: 'printed' }) } }),
      seen: { authorization: 'Bearer printed' },
    },
    {
      title: 'a program that prints a client certificate',
      cluster: trusting,
      async user() {
        const read = async (path: string) => (await readFile(path, 'utf8')).replaceAll('\n', '\\n');
        const status = { clientCertificateData: await read(files.client), clientKeyData: await read(files.clientKey) };
        return { exec: { command: await credentials(status) } };
      },
      seen: { certificate: 'verifier' },
    },
    {
      title: 'an OpenID Connect token',
      cluster: trusting,
      user: () => ({ 'auth-provider': { name: 'oidc', config: { 'id-token': idToken } } }),
      seen: { authorization: `Bearer ${idToken}` },
    },
    {
      title: 'a proxy',
      cluster: () => ({ ...trusting(), 'proxy-url': `http://127.0.0.1:${proxy.port}` }),
      user: () => token,
      seen: { authorization: 'Bearer s3cr3t' },
    },
    {
      title: 'a SOCKS proxy',
      // socks-proxy-agent compares the certificate with "localhost" where the server is named by its address alone.
      cluster: () => ({
        ...trusting(),
        'proxy-url': `socks5://127.0.0.1:${socks.port}`,
        'tls-server-name': 'api.test',
      }),
      user: () => token,
      seen: { authorization: 'Bearer s3cr3t' },
    },
  ];
  const refused: { title: string; cluster(): Fields; says: RegExp }[] = [
    { title: 'an authority nobody named', cluster: () => ({}), says: /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED/ },
    {
      title: 'another authority',
      cluster: () => ({ 'certificate-authority': files.stranger }),
      says: /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED/,
    },
    {
      title: 'another tls-server-name',
      cluster: () => ({ ...trusting(), 'tls-server-name': 'other.test' }),
      says: /ERR_TLS_CERT_ALTNAME_INVALID/,
    },
  ];
  for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const) {
    describe(`of a server that speaks ${protocol}`, () => {
      /** A server that takes this token alone. */
      const take = (token: string) => {
        api.accepted = `Bearer ${token}`;
      };
      const tokensSeen = () => api.seen.map(({ authorization }) => authorization?.replace('Bearer ', ''));
      const getWith = (user: object) => {
        const config = new KubeConfig();
        const server = `https://127.0.0.1:${api.port}`;
        const cluster = { name: 'test', server, caFile: files.authority, skipTLSVerify: false };
        config.loadFromClusterAndUser(cluster, { name: 'test', ...user });
        const kube = connect(config);
        return () => kube({ endsAt: Date.now() + 2000 }).getCanary('test', 'podinfo');
      };
      const ofFile = (tokenFile: string) => ({ authProvider: { name: 'tokenFile', config: { tokenFile } } });

      it('is taken at once with the new token, where the former is not accepted any more', async () => {
        const file = inFolder('rotated');
        await writeFile(file, 'first');
        take('first');
        const get = getWith(ofFile(file));
        await get();
        await writeFile(file, 'second');
        take('second');
        await Promise.all([get(), get(), get()]);
        // Over HTTP/1.1 the connections that are there already are quicker than those that are made.
        assert.deepEqual(tokensSeen().sort(), [...Array(4).fill('first'), ...Array(3).fill('second')]);
      });

      it('is asked for no more often than otherwise, where a token that has not changed is not accepted', async () => {
        take('another');
        await assert.rejects(getWith({ token: 'first' })(), /does not accept the verifier’s token/);
        assert.deepEqual(tokensSeen(), ['first', 'first', 'first']);
      });

      it('is taken with what a program prints next, where that it has printed is not accepted any more', async () => {
        const get = getWith({ exec: { command: await credentials({ token: 'first' }) } });
        take('first');
        await get();
        await credentials({ token: 'second' });
        take('second');
        await get();
        assert.deepEqual(tokensSeen(), ['first', 'first', 'second']);
      });

      it('is not taken without a name, where the file of the token is empty or away', async () => {
        const file = inFolder('emptied');
        await writeFile(file, ' \n');
        await assert.rejects(getWith(ofFile(file))(), /credentials cannot be read/);
        await assert.rejects(getWith(ofFile(inFolder('nowhere')))(), /credentials cannot be read/);
        assert.deepEqual(api.seen, []);
      });

      let api: TlsApi;
      before(async () => {
        api = await startTlsApi(files, protocol);
      });
      after(() => api?.stop());
      beforeEach(() => api.forget());

      for (const { title, cluster, user, seen } of ways) {
        it(`is taken with ${title}`, async () => {
          const [answer = ''] = await answers(api, await cluster(), await user());
          assert.match(answer, /^CanaryMismatch: /);
          assert.ok(api.seen.length > 0);
          for (const one of api.seen) assert.deepEqual({ ...one, ...seen }, one);
        });
      }

      it('goes through the proxies alone, where the kubeconfig names them', () => {
        for (const { asked } of [proxy, socks]) {
          assert.ok(asked.length > 0);
          assert.ok(
            asked.every((each) => each === `127.0.0.1:${api.port}`),
            String(asked),
          );
          asked.length = 0;
        }
      });

      for (const { title, cluster, says } of refused) {
        it(`is not taken to a server with ${title}`, async () => {
          const [answer = ''] = await answers(api, cluster(), token);
          assert.match(answer, says);
          assert.deepEqual(api.seen, []);
        });
      }

      it('is the same for one call after another', async () => {
        const calls = 100;
        await answers(api, trusting(), token, calls);
        const reads = api.seen.length / calls;
        const most = protocol === 'HTTP/2' ? 1 : reads;
        assert.ok(reads >= 1 && api.handshakes <= most, `${api.handshakes} handshakes for ${reads} reads in each call`);
      });

      it('is taken in a pod with the token of its service account, read again a second after it was rotated', async () => {
        const folderOf = inFolder('var/run/secrets/kubernetes.io/serviceaccount');
        await mkdir(folderOf, { recursive: true });
        await writeFile(join(folderOf, 'ca.crt'), await readFile(files.authority));
        await writeFile(join(folderOf, 'token'), 'first');
        Object.assign(process.env, { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(api.port) });
        mock.timers.enable({ apis: ['Date'], now: Date.now() });
        try {
          const config = new KubeConfig();
          config.loadFromCluster(folder.path);
          const kube = connect(config);
          const getCanary = (budget = 5000) => kube({ endsAt: Date.now() + budget }).getCanary('test', 'podinfo');
          await getCanary();
          await writeFile(join(folderOf, 'token'), 'second\n');
          await getCanary();
          mock.timers.tick(1001);
          await getCanary();
          const tokens = api.seen.map(({ authorization }) => authorization);
          assert.deepEqual(tokens, ['Bearer first', 'Bearer first', 'Bearer second']);
          assert.equal(api.handshakes, 1);
          await writeFile(join(folderOf, 'ca.crt'), await readFile(files.stranger));
          mock.timers.tick(1001);
          await assert.rejects(getCanary(500), HookError, 'the authority’s file is read again as well');
        } finally {
          mock.timers.reset();
          delete process.env['KUBERNETES_SERVICE_HOST'];
          delete process.env['KUBERNETES_SERVICE_PORT'];
        }
      });
    });
  }
});
