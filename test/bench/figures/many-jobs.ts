/**
 * The same polls in namespaces with few and many Jobs, on one embedded API and by one process, in turns.
 */
import { Agent } from 'node:http';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../support/embedded/index.ts';
import { image, rollOut, until } from '../../support/environment.ts';
import { startVerifier } from '../../support/verifier.ts';
import { inTurns, quantile } from '../measure.ts';
import { verifierAt } from '../programs.ts';
import { pollPath } from '../recorded-api.ts';
import { call, expect, steadily } from '../requests.ts';
import { using } from '../spawned.ts';
import { type Measured, type Row, yesNo } from '../table.ts';

const few = 10;
const crowds = [1000, 20_000];
const perSecond = 50;
const seconds = 1;
const turns = 20;
// Medians of so many calls differ by less than this where nothing differs.
const noise = 1.15;

export async function manyJobs(): Promise<Measured> {
  const kubernetes = await startEmbeddedKubernetes();
  try {
    const polls = new Map<number, string>();
    for (const jobs of [few, ...crowds]) polls.set(jobs, await namespaceWith(jobs, kubernetes));
    const taken = await using(verifierAt(kubernetes.kubeconfig), ({ url }) => {
      const agent = new Agent({ keepAlive: true });
      const polling = (body: string) => async () => {
        const ask = () => call({ url: url + pollPath, options: { agent }, body });
        const answers = await steadily(perSecond, seconds, ask);
        expect(403, answers);
        return answers.map(({ took }) => took);
      };
      return inTurns(turns, Object.fromEntries([...polls].map(([jobs, body]) => [String(jobs), polling(body)])));
    });
    const p50 = (jobs: number) => quantile((taken[String(jobs)] ?? []).flat(), 0.5);
    return { rows: crowds.map((jobs) => row(jobs, p50(jobs), p50(few))), notes: [] };
  } finally {
    await kubernetes.stop();
  }
}

/** Resolves to the payload of a run there whose pod is ready. The other Jobs are suspended: nothing runs for them. */
async function namespaceWith(jobs: number, kubernetes: EmbeddedKubernetes): Promise<string> {
  const namespace = await kubernetes.namespace();
  const url = `${kubernetes.url}/apis/batch/v1/namespaces/${namespace}/jobs`;
  const agent = new Agent({ keepAlive: true });
  for (let count = 1; count < jobs; count++) {
    const body = JSON.stringify({ metadata: { name: `job-${count}` }, spec });
    expect(201, [await call({ url, options: { agent }, body })]);
  }
  const verifier = await startVerifier({ kubeconfig: kubernetes.kubeconfig });
  const canary = await rollOut({ kubernetes, namespace }, lasting);
  await until(
    () => verifier.post('/pre-rollout', canary.payload()),
    ({ body }) => body.includes('the test runs'),
  );
  await verifier.stop();
  return JSON.stringify(canary.payload());
}

/** Longer than the making of all namespaces and their polls. */
const lasting = { image, command: ['sleep', '3600'], activeDeadlineSeconds: 3600 };

const spec = {
  suspend: true,
  template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image }] } },
};

function row(jobs: number, own: number, other: number): Row {
  return {
    figure: `poll with ${jobs.toLocaleString('en')} Jobs in the namespace, p50`,
    ours: `${own.toFixed(2)} ms`,
    against: `with ${few} Jobs: ${other.toFixed(2)} ms`,
    ratio: `${(own / other).toFixed(2)} x`,
    target: `≤ ${noise} x (flat)`,
    reached: yesNo(own / other <= noise),
  };
}
