/**
 * How a caller's token reaches the API server: alone, over connections that carry nothing of the verifier's, and without any
 * effect on the verifier's own credentials.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { HookError } from '../../../function/errors.ts';
import { type Access, accessReviews } from '../../../function/kube/access-review.ts';
import { askAsCaller } from '../../../function/kube/caller.ts';
import { connect } from '../../../function/kube/connect.ts';
import { emptyFolder, type Folder } from '../deployed/deployed.ts';
import { type Certificates, createCertificates, type Stream, startTlsApi, type TlsApi } from './tls-api.ts';

const access: Access = {
  verb: 'create',
  resource: { group: 'remarkable.com', version: 'v1', plural: 'e2especs' },
  subresource: 'run',
  namespace: 'test',
  name: 'podinfo',
};
const wanted = { verb: 'create', group: 'remarkable.com', resource: 'e2especs', subresource: 'run' };
const asked = { ...wanted, namespace: 'test', name: 'podinfo' };
const kind = 'SelfSubjectAccessReview';
const token = 'c4ll3rs-0wn-t0k3n';

const review = (status: object, resourceAttributes: object = asked) => ({ kind, spec: { resourceAttributes }, status });

describe('The access review of a caller', function () {
  this.timeout(30_000);
  let folder: Folder;
  let files: Certificates;
  let api: TlsApi;
  let own: string;
  before(async function () {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    folder = await emptyFolder();
    files = await createCertificates(folder.path);
    own = join(folder.path, 'token');
  });
  after(() => folder?.remove());
  afterEach(() => api?.stop());

  async function configOf(user: object): Promise<KubeConfig> {
    await writeFile(own, 'the-verifiers-own');
    const config = new KubeConfig();
    const cluster = {
      name: 'test',
      server: `https://127.0.0.1:${api.port}`,
      caFile: files.authority,
      skipTLSVerify: false,
    };
    config.loadFromClusterAndUser(cluster, { name: 'verifier', ...user });
    return config;
  }

  const budget = (milliseconds = 3000) => ({ endsAt: Date.now() + milliseconds });

  /** The next request is answered with this, as JSON. */
  const answering = (status: number, body: object, headers: Record<string, string> = {}) => {
    api.misbehaviour = ({ response }: Stream) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
  };

  const users: [title: string, user: () => object][] = [
    ['a client certificate', () => ({ certFile: files.client, keyFile: files.clientKey })],
    ['a token', () => ({ token: 'the-verifiers-own' })],
    ['a token in a file', () => ({ authProvider: { name: 'tokenFile', config: { tokenFile: own } } })],
    ['a password', () => ({ username: 'verifier', password: 'the-verifiers-own' })],
    ['somebody to impersonate', () => ({ token: 'the-verifiers-own', impersonateUser: 'somebody' })],
  ];
  for (const [title, user] of users) {
    for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const) {
      it(`is asked for with the caller’s token and nothing else, where the verifier has ${title}, over ${protocol}`, async () => {
        api = await startTlsApi(files, protocol);
        const config = await configOf(user());
        await connect(config)(budget())
          .getJob('test', 'a')
          .catch(() => undefined);
        await accessReviews(askAsCaller(config))(token, access, budget()).catch(() => undefined);
        const [, ...others] = api.seen;
        assert.ok(others.length > 0);
        for (const seen of others) {
          const { authorization, certificate, impersonated } = seen;
          assert.deepEqual([authorization, certificate, impersonated], [`Bearer ${token}`, undefined, undefined]);
        }
      });
    }
  }

  it('has no 401 that makes the verifier read its credentials anew, and leaves nothing behind for the next caller', async () => {
    api = await startTlsApi(files, 'HTTP/2');
    const count = join(folder.path, 'count');
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' };
    const program = join(folder.path, 'credentials');
    const said = JSON.stringify({ ...credential, status: { token: 'the-verifiers-own' } });
    await writeFile(program, `#!/bin/sh\necho x >> ${count}\necho '${said}'\n`, { mode: 0o755 });
    const config = await configOf({ exec: { apiVersion: credential.apiVersion, command: program } });
    const kube = connect(config);
    await kube(budget())
      .getJob('test', 'a')
      .catch(() => undefined);
    const authorize = accessReviews(askAsCaller(config));
    api.accepted = 'Bearer nobody’s';
    for (const each of [token, `${token}2`, token]) {
      await assert.rejects(authorize(each, access, budget()), ({ kind: is }: HookError) => is === 'Unauthorized');
    }
    api.accepted = undefined;
    await kube(budget())
      .getJob('test', 'a')
      .catch(() => undefined);
    const tokens = api.seen.map(({ authorization }) => authorization);
    const ofVerifier = 'Bearer the-verifiers-own';
    const ofCallers = [token, `${token}2`, token].map((each) => `Bearer ${each}`);
    assert.deepEqual(tokens, [ofVerifier, ...ofCallers, ofVerifier]);
    assert.equal(await readFile(count, 'utf8'), 'x\n');
  });

  const status = (code: number, reason: string, message: string) => ({ kind: 'Status', code, reason, message });
  const answers: [title: string, code: number, body: object, words: RegExp | undefined][] = [
    ['allows it', 201, review({ allowed: true, reason: 'RBAC: allowed' }), undefined],
    ['does not', 201, review({ allowed: false }), /^Forbidden the caller may not create e2especs\/run podinfo\. It/],
    [
      'does not, and says why',
      201,
      review({ allowed: false, reason: 'no, he' }),
      /^Forbidden .*podinfo \(no, he\)\. It/,
    ],
    ['denies it', 201, review({ allowed: false, denied: true }), /^Forbidden /],
    ['says nothing', 201, review({}), /^ServiceUnavailable .*without an access review/],
    ['says it in words', 201, review({ allowed: 'true' }), /^ServiceUnavailable /],
    ['speaks of another', 201, review({ allowed: true }, { ...asked, name: 'other' }), /^ServiceUnavailable /],
    [
      'speaks of another namespace',
      201,
      review({ allowed: true }, { ...asked, namespace: '' }),
      /^ServiceUnavailable /,
    ],
    ['speaks of all', 201, review({ allowed: true }, wanted), /^ServiceUnavailable /],
    ['is something else', 201, { ...review({ allowed: true }), kind: 'Job' }, /^ServiceUnavailable /],
    ['is a list', 200, [], /^ServiceUnavailable /],
    ['is a 401', 401, status(401, 'Unauthorized', 'Unauthorized'), /^Unauthorized .*this token: Unauthorized\. Make/],
    [
      'repeats the token',
      401,
      status(401, 'Unauthorized', `no ${token}, no`),
      /^Unauthorized .*: no \[redacted\], no\./,
    ],
    ['is a 403', 403, status(403, 'Forbidden', 'User "u" cannot'), /^Forbidden .*caller: User "u" cannot$/],
    ['is a page of 401', 401, { html: 'who?' }, /^ServiceUnavailable .*401 without a Status$/],
    ['is a page of 403', 403, { html: 'who?' }, /^ServiceUnavailable .*403 without a Status$/],
    ['is a 404', 404, status(404, 'NotFound', 'no such thing'), /^ServiceUnavailable /],
    ['is a 422', 422, status(422, 'Invalid', 'no'), /^ServiceUnavailable /],
  ];
  for (const [title, code, body, words] of answers) {
    it(`where the answer ${title}: ${words?.source ?? 'goes on'}`, async () => {
      api = await startTlsApi(files, 'HTTP/2');
      const authorize = accessReviews(askAsCaller(await configOf({ token: 'x' })));
      answering(code, body);
      const outcome = await authorize(token, access, { ...budget(), tries: 1 }).then(
        () => undefined,
        (error: HookError) => `${error.kind} ${error.message}`,
      );
      if (words === undefined) assert.equal(outcome, undefined);
      else assert.match(String(outcome), words);
      assert.ok(!String(outcome).includes(token));
      assert.equal(api.seen.length, 1);
    });
  }

  it('is asked for again where the API server is busy, and goes on then', async () => {
    api = await startTlsApi(files, 'HTTP/2');
    const authorize = accessReviews(askAsCaller(await configOf({ token: 'x' })));
    answering(503, status(503, 'ServiceUnavailable', 'busy'));
    await assert.rejects(authorize(token, access, budget()), ({ kind: is }: HookError) => is === 'ServiceUnavailable');
    assert.equal(api.seen.length, 2);
  });
});
