/**
 * The one connection over which all requests go: whatever becomes of it, no half answer is taken, and the next try has another.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { constants } from 'node:http2';
import { KubeConfig } from '@kubernetes/client-node';
import type { Kube } from '../../../function/kube/client.ts';
import { connect } from '../../../function/kube/connect.ts';
import { emptyFolder, type Folder } from '../deployed/deployed.ts';
import { type Certificates, createCertificates, type Stream, startTlsApi, type TlsApi } from './tls-api.ts';

// Whole JSON, but not the whole answer.
const half = '{"kind": "Canary", "metadata": {"uid": "half"}}';

function begin({ response }: Stream, then: () => void): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.write(half);
  setTimeout(then, 50);
}

describe('The HTTP/2 connection to the API server', function () {
  this.timeout(15_000);
  let folder: Folder;
  let files: Certificates;
  let api: TlsApi;
  let kube: (milliseconds?: number) => Kube;
  before(async function () {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    folder = await emptyFolder();
    files = await createCertificates(folder.path);
    api = await startTlsApi(files, 'HTTP/2');
  });
  after(async () => {
    await api?.stop();
    await folder?.remove();
  });
  beforeEach(async () => {
    api.forget();
    kube = connectTo(api.port);
    assert.equal(await read(kube()), undefined);
  });

  function connectTo(port: number): typeof kube {
    const config = new KubeConfig();
    const cluster = {
      name: 'test',
      server: `https://127.0.0.1:${port}`,
      caFile: files.authority,
      skipTLSVerify: false,
    };
    config.loadFromClusterAndUser(cluster, { name: 'test', token: 's3cr3t' });
    const within = connect(config);
    return (milliseconds = 8000) => within({ endsAt: Date.now() + milliseconds });
  }

  /** The Canary, which is not there; or why it is not known. */
  async function read(each: Kube): Promise<unknown> {
    return each.getCanary('test', 'podinfo').then(
      ({ value }) => value,
      (error) => String(error),
    );
  }

  it('is one for many requests at once, more than the server takes as streams', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => read(kube())));
    assert.ok(answers.every((each) => each === undefined));
    assert.deepEqual([api.seen.length, api.handshakes], [201, 1]);
  });

  it('is not taken for HTTP/1.1 when nobody listens', async () => {
    const unused = await startTlsApi(files, 'HTTP/2');
    await unused.stop();
    assert.match(String(await read(connectTo(unused.port)())), /ECONNREFUSED/);
  });

  const misbehaviours: { title: string; misbehave(stream: Stream): void; handshakes: number }[] = [
    {
      title: 'a stream that is reset before its answer',
      misbehave: ({ response }) => response.stream.close(constants.NGHTTP2_REFUSED_STREAM),
      handshakes: 1,
    },
    {
      title: 'a stream that is reset in the middle of a body',
      misbehave: (stream) => begin(stream, () => stream.response.stream.destroy(new Error('reset'))),
      handshakes: 1,
    },
    {
      title: 'a connection that is closed before an answer',
      misbehave: ({ connection }) => connection.destroy(),
      handshakes: 2,
    },
    {
      title: 'a connection that is closed in the middle of a body',
      misbehave: (stream) => begin(stream, () => stream.connection.destroy()),
      handshakes: 2,
    },
    {
      title: 'a GOAWAY and a close in the middle of a body',
      misbehave: (stream) =>
        begin(stream, () => {
          stream.response.stream.session?.goaway();
          setTimeout(() => stream.connection.destroy(), 50);
        }),
      handshakes: 2,
    },
    {
      title: 'a GOAWAY with an error during a request',
      misbehave: ({ response }) => response.stream.session?.goaway(constants.NGHTTP2_INTERNAL_ERROR),
      handshakes: 2,
    },
  ];
  for (const { title, misbehave, handshakes } of misbehaviours) {
    it(`recovers from ${title}`, async () => {
      api.misbehaviour = misbehave;
      assert.equal(await read(kube()), undefined);
      assert.deepEqual([api.seen.length, api.handshakes], [3, handshakes]);
    });
  }

  it('gives requests in flight their answers after a GOAWAY, and is another one for the next', async () => {
    api.misbehaviour = ({ response }) => {
      response.stream.session?.goaway();
      setTimeout(() => {
        response.writeHead(404, { 'Content-Type': 'application/json' });
        response.end('{"kind": "Status", "reason": "NotFound", "code": 404}');
      }, 50);
    };
    assert.equal(await read(kube()), undefined);
    assert.deepEqual([api.seen.length, api.handshakes], [2, 1]);
    assert.equal(await read(kube()), undefined);
    assert.deepEqual([api.seen.length, api.handshakes], [3, 2]);
  });

  it('is another one a second after the authority’s file has changed, and the former ends with its last answer', async () => {
    let finish: (() => void) | undefined;
    api.misbehaviour = ({ response }) => {
      finish = () => {
        response.writeHead(404, { 'Content-Type': 'application/json' });
        response.end('{"kind": "Status", "reason": "NotFound", "code": 404}');
      };
    };
    const slow = read(kube());
    await appendFile(files.authority, '\n');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.equal(await read(kube()), undefined);
    assert.deepEqual([api.handshakes, api.connections.size], [2, 2]);
    finish?.();
    assert.equal(await slow, undefined);
    assert.equal(api.seen.length, 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(api.connections.size, 1);
  });

  it('is another one when it was closed between two requests', async () => {
    for (const connection of api.connections) connection.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await read(kube()), undefined);
    assert.equal(api.handshakes, 2);
  });

  it('is another one for the try after one that heard nothing', async () => {
    api.misbehaviour = () => undefined;
    const began = Date.now();
    assert.equal(await read(kube()), undefined);
    assert.ok(Date.now() - began < 4500, `${Date.now() - began} ms`);
    assert.deepEqual([api.seen.length, api.handshakes], [3, 2]);
  });

  it('stays when one request of several is not answered in time', async () => {
    api.misbehaviour = () => undefined;
    const stalled = read(kube(500));
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(await read(kube()), undefined);
    assert.match(String(await stalled), /ABORT_ERR/);
    assert.equal(await read(kube()), undefined);
    assert.equal(api.handshakes, 1);
  });
});
