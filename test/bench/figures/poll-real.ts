/**
 * A warm poll of a run whose pod is ready, at the real API server of this checkout's cluster.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { connect } from '../../cluster/kubernetes.ts';
import { readState } from '../../cluster/state.ts';
import { image } from '../../support/environment.ts';
import type { Kubernetes } from '../../support/kubernetes.ts';
import { startVerifier } from '../../support/verifier.ts';
import { bareWithReads, verifierAt } from '../programs.ts';
import { type Moment, pollPath, runningMoment } from '../recorded-api.ts';
import { call } from '../requests.ts';
import { leftOut, type Measured } from '../table.ts';
import { askInTurns, howPolled, polled, rowsOf, steady } from '../warm-polls.ts';

const what = 'warm poll, real API server';

// Longer than the polls take.
const lasting = { image, command: ['sh', '-c', 'sleep 900'] };

export async function pollReal(): Promise<Measured> {
  if (readState()?.first === undefined) {
    return { rows: [leftOut(what, 'npm run cluster up && npm run cluster deploy')], notes: [howPolled] };
  }
  const kubernetes = await connect();
  const folder = await mkdtemp(join(tmpdir(), 'bench-poll-'));
  try {
    return await measured(kubernetes, await running(kubernetes), await wayTo(kubernetes, folder));
  } finally {
    await rm(folder, { recursive: true });
    await kubernetes.stop();
  }
}

async function running(kubernetes: Kubernetes): Promise<Moment> {
  const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
  try {
    return await runningMoment(kubernetes, verifier, lasting);
  } finally {
    await verifier.stop();
  }
}

interface Way {
  url: string;
  ca: string;
  caFile: string;
  authorization: string;
  tokenFile: string;
}

/** What the kubeconfig says, for those who read none. */
async function wayTo({ kubeconfig }: Kubernetes, folder: string): Promise<Way> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const ca = String(options.ca);
  const token = config.getCurrentUser()?.token ?? '';
  const [caFile, tokenFile] = [join(folder, 'ca.crt'), join(folder, 'token')];
  await writeFile(caFile, ca);
  await writeFile(tokenFile, token);
  return {
    url: config.getCurrentCluster()?.server ?? '',
    ca,
    caFile,
    tokenFile,
    authorization: `Bearer ${token}`,
  };
}

async function measured({ kubeconfig }: Kubernetes, moment: Moment, way: Way): Promise<Measured> {
  const options = { agent: new Agent({ keepAlive: true, ca: way.ca }), headers: { Authorization: way.authorization } };
  const programs = polled(moment);
  try {
    const taken = await askInTurns({
      ours: { steady: await programs.steady(verifierAt(kubeconfig), pollPath), status: moment.status },
      bare: { steady: await programs.steady(bareWithReads(way, moment), '/'), status: 200 },
      get: { steady: steady(() => call({ url: way.url + moment.path, options })), status: 200 },
    });
    return {
      rows: [
        ...rowsOf(what, taken.ours, { name: 'one API GET over keep-alive', answers: taken.get, atMost: 2.5 }),
        ...rowsOf(what, taken.ours, { name: 'bare server, same reads', answers: taken.bare }),
      ],
      notes: [howPolled],
    };
  } finally {
    await programs.end();
  }
}
