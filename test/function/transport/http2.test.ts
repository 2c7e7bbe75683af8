/**
 * The one connection over which all requests go: whatever becomes of it, no half answer is taken, and the next try has another.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import { constants } from 'node:http2';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
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

  function connectTo(port: number, user: object = { token: 's3cr3t' }): typeof kube {
    const config = new KubeConfig();
    const cluster = {
      name: 'test',
      server: `https://127.0.0.1:${port}`,
      caFile: files.authority,
      skipTLSVerify: false,
    };
    config.loadFromClusterAndUser(cluster, { name: 'test', ...user });
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
      title: 'a stream that is ended by a reset without an error in the middle of a body',
      misbehave: ({ response }) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': half.length + 1 });
        response.write(half);
        setTimeout(() => response.stream.close(constants.NGHTTP2_NO_ERROR), 50);
      },
      handshakes: 1,
    },
    {
      title: 'a stream that ends in the middle of a body',
      misbehave: ({ response }) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(half.slice(0, -2));
      },
      handshakes: 1,
    },
    {
      title: 'a redirect, which is not followed',
      misbehave: ({ response }) => response.writeHead(302, { Location: '/elsewhere' }).end(),
      handshakes: 1,
    },
    {
      title: 'a body that is packed, though nobody asked for it',
      misbehave: ({ response }) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
        response.end(gzipSync(half));
      },
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

  it('takes an answer after others that are none yet', async () => {
    api.misbehaviour = ({ response }) => {
      response.stream.additionalHeaders({ ':status': 103 });
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end('{"kind": "Status", "reason": "NotFound", "code": 404}');
    };
    assert.equal(await read(kube()), undefined);
    assert.equal(api.seen.length, 2);
  });

  it('takes no more than an answer may have, and then its next one', async () => {
    let sent = 0;
    let cancelled: Promise<unknown> | undefined;
    api.misbehaviour = ({ response: { stream } }) => {
      stream.respond({ ':status': 200, 'content-type': 'application/json' });
      const part = Buffer.alloc(1024 * 1024, ' ');
      const send = () => {
        while (!stream.destroyed && sent < 300 * part.length) {
          sent += part.length;
          if (!stream.write(part)) return;
        }
      };
      stream.on('drain', send).on('error', () => undefined);
      cancelled = new Promise((resolve) => stream.once('close', resolve));
      send();
    };
    assert.match(String(await read(kube())), /larger than 4194304 bytes/);
    await cancelled;
    assert.ok(sent < 20 * 1024 * 1024, `${sent} bytes`);
    assert.equal(await read(kube()), undefined);
    assert.deepEqual([api.seen.length, api.handshakes], [3, 1]);
  });

  it('has as many requests on their way as the server’s SETTINGS allow, and who waits for a place waits no longer than it may', async () => {
    const most = 10;
    const open: (() => void)[] = [];
    const hold = ({ response }: Stream) => {
      api.misbehaviour = hold;
      open.push(() => {
        response.writeHead(404, { 'Content-Type': 'application/json' });
        response.end('{"kind": "Status", "reason": "NotFound", "code": 404}');
      });
    };
    api.misbehaviour = hold;
    const first = Array.from({ length: most }, () => read(kube()));
    await sleep(100);
    const impatient = read(kube(300));
    const patient = read(kube());
    const began = Date.now();
    assert.match(String(await impatient), /cannot be reached/);
    assert.ok(Date.now() - began < 1500, `${Date.now() - began} ms`);
    assert.equal(open.length, most);
    api.misbehaviour = undefined;
    for (const answer of open) answer();
    assert.deepEqual(await Promise.all([...first, patient]), Array(most + 1).fill(undefined));
    assert.deepEqual([api.seen.length, api.handshakes], [most + 2, 1]);
  });

  /** A way to the server that lets nothing through for so long; `never` for its first connection. */
  async function slowWay(wait: number | 'never'): Promise<{ port: number; connections: Socket[]; stop(): void }> {
    const connections: Socket[] = [];
    const way = createServer(async (client) => {
      connections.push(client.on('error', () => undefined));
      if (wait === 'never' && connections.length === 1) return;
      client.pause();
      await sleep(wait === 'never' ? 0 : wait);
      const server = connectTcp(api.port, '127.0.0.1').on('error', () => client.destroy());
      client.pipe(server).pipe(client);
      connections.push(server);
    }).listen(0, '127.0.0.1');
    await once(way, 'listening');
    const stop = () => {
      way.close();
      for (const each of connections) each.destroy();
    };
    return { port: (way.address() as AddressInfo).port, connections, stop };
  }

  it('is made for all who wait for it, whoever gives up meanwhile', async () => {
    const way = await slowWay(1000);
    const through = connectTo(way.port);
    const short = [read(through(300)), read(through(600))];
    const long = read(through());
    for (const each of short) assert.match(String(await each), /TimeoutError/);
    assert.equal(await long, undefined);
    assert.equal(await read(through()), undefined);
    assert.deepEqual([way.connections.length, api.handshakes], [2, 2]);
    way.stop();
  });

  it('is made for the next call, where it came too late for the one that asked for it', async () => {
    const way = await slowWay(600);
    const through = connectTo(way.port);
    assert.match(String(await read(through(300))), /TimeoutError/);
    await sleep(700);
    assert.equal(await read(through(300)), undefined);
    assert.equal(way.connections.length, 2);
    way.stop();
  });

  it('is another one for the try after a handshake that was not answered', async () => {
    const way = await slowWay('never');
    const began = Date.now();
    assert.equal(await read(connectTo(way.port)()), undefined);
    assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
    way.stop();
  });

  for (const [title, said] of [
    ['HTTP/1.1', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'],
    ['nothing that is known', '\0'.repeat(64)],
    ['nothing', undefined],
  ] as const) {
    it(`is none with a server that agrees to HTTP/2 and then speaks ${title}: an error, in time`, async () => {
      const [key, cert] = await Promise.all([files.serverKey, files.server].map((file) => readFile(file)));
      const server = createTlsServer({ key, cert, ALPNProtocols: ['h2'] }, (socket) => {
        socket.on('error', () => undefined);
        if (said === undefined) socket.destroy();
        else socket.write(said);
      }).listen(0, '127.0.0.1');
      server.on('tlsClientError', () => undefined);
      await once(server, 'listening');
      const began = Date.now();
      const answer = await read(connectTo((server.address() as AddressInfo).port)(2000));
      assert.match(String(answer), /cannot be reached/);
      assert.ok(Date.now() - began < 3500, `${Date.now() - began} ms`);
      server.close();
    });
  }

  it('is not waited for longer than a call may last, where a program is to give the credentials and does not', async () => {
    const hanging = connectTo(api.port, { exec: { command: 'sleep', args: ['2'] } });
    const began = Date.now();
    assert.match(String(await read(hanging(500))), /TimeoutError/);
    assert.ok(Date.now() - began < 1500, `${Date.now() - began} ms`);
    assert.equal(api.seen.length, 1);
    await sleep(2000);
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
