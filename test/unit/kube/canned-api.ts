/**
 * A Kubernetes API of canned answers: nock under the verifier's own transport.
 * Not for timeouts and aborts, which crash nock 15: those are made by the embedded API.
 */
import { KubeConfig } from '@kubernetes/client-node';
import nock from 'nock';
import type { Kube } from '../../../function/kube/client.ts';
import { allowPlainHttp, connect } from '../../../function/kube/connect.ts';

// The import alone patches node:http for every other test of this process.
nock.restore();

export const server = 'http://kubernetes.test';

/** The API server's time in every answer: a little behind this machine's, in whole seconds. */
export const now = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
export const dated = { Date: now.toUTCString() };

export function kubeWithin(milliseconds: number): Kube {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'test', server, skipTLSVerify: false }, { name: 'verifier', token: 's3cr3t' });
  return connect(allowPlainHttp(config))({ endsAt: Date.now() + milliseconds });
}

/** No request of the tests around leaves this process, and each expected one was made. */
export function withoutNetwork(): void {
  before(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  after(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}

/** The `Status` object in which the API server wraps a refusal. */
export function status(code: number, reason: string, message: string, details?: object): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message, details };
}
