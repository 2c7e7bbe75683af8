/**
 * Many canaries polled at the same moment through one process: whether all are answered in time, and where it bends.
 */
import { Agent } from 'node:http';
import type { Counts } from '../api-server.ts';
import type { Bench } from '../figure.ts';
import { limited } from '../limited.ts';
import { quantile } from '../measure.ts';
import { verifier } from '../programs.ts';
import { pollPath } from '../recorded-api.ts';
import { type Answered, call } from '../requests.ts';
import { type Memory, using } from '../spawned.ts';
import { type Measured, type Row, yesNo } from '../table.ts';

const required = 1000;
const beyond = [2000, 4000];
/** CALL_BUDGET_MS, and the memory limit of knative/base/service.yaml. */
const budget = 8000;
const limit = 256;

interface Burst {
  answers: Answered[];
  before: Memory;
  first: Memory;
  again: Memory;
  counts: Counts;
}

export async function burst({ running }: Bench): Promise<Measured> {
  const api = await running.serve();
  const rows: Row[] = [];
  let isLimited = false;
  for (const canaries of [required, ...beyond]) {
    const pod = limited(verifier(api), limit);
    isLimited = pod !== undefined;
    const measured = await using(pod?.program ?? verifier(api), async ({ url, memory }): Promise<Burst> => {
      await api.counts();
      const before = memory();
      const answers = await allAtOnce(url, canaries, running.payload);
      const first = memory();
      const counts = await api.counts();
      answers.push(...(await allAtOnce(url, canaries, running.payload)));
      return { answers, before, first, again: memory(), counts };
    });
    pod?.lift();
    rows.push(row(canaries, running.status, measured));
  }
  await api.stop();
  const under = isLimited ? `under a memory limit of ${limit} MB, as its container is` : 'under no memory limit here';
  const note = `Canaries at once: each in a namespace of its own, all calls sent in the same moment to a process that has just become ready, and all once more; ${under}. The API server and the caller share the machine.`;
  return { rows, notes: [note] };
}

function allAtOnce(url: string, canaries: number, payload: object): Promise<Answered[]> {
  const options = { agent: new Agent({ keepAlive: false }) };
  return Promise.all(
    Array.from({ length: canaries }, (_, index) => {
      const body = JSON.stringify({ ...payload, namespace: `team-${index}` });
      const broken = (error: Error): Answered => ({ status: 0, body: error.message, took: Number.POSITIVE_INFINITY });
      return call({ url: url + pollPath, options, body }).catch(broken);
    }),
  );
}

function row(canaries: number, status: number, { answers, before, first, again, counts }: Burst): Row {
  const took = answers.map((answered) => answered.took).filter(Number.isFinite);
  const broken = answers.length - took.length;
  const right = answers.filter((answered) => answered.status === status).length;
  const slowest = Math.max(...took);
  const megabytes = [before.now, first.now, again.now].map((each) => each.toFixed(0)).join(' → ');
  const told = answers.filter((answered) => answered.status === 503).length;
  const isRequired = canaries === required;
  const isReached = right + told === answers.length && slowest <= budget && again.most <= limit;
  return {
    figure: `${canaries.toLocaleString('en')} canaries polled at once through one process`,
    ours: `${right} of ${answers.length} answered ${status}, ${told} told to come again${broken === 0 ? '' : `, ${broken} not at all`}, p50 ${quantile(took, 0.5).toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms; memory ${megabytes} MB (before → after → after again), at most ${again.most.toFixed(0)} MB; ${counts.handshakes} TLS handshakes`,
    against: '-',
    ratio: '-',
    target: `all within ${budget} ms and ${limit} MB`,
    reached: isRequired ? yesNo(isReached) : `(${isReached ? 'yes' : 'no'})`,
  };
}
