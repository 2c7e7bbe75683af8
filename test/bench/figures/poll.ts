/**
 * A warm poll of a run whose pod is ready, at a steady rate.
 */
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { build, isBuilt } from '../../cluster/build.ts';
import { components } from '../../cluster/components.ts';
import type { Bench } from '../figure.ts';
import { inTurns, quantile } from '../measure.ts';
import { plainClient } from '../plain-client.ts';
import { loadtester, verifier } from '../programs.ts';
import { type Answered, call, expect, steadily } from '../requests.ts';
import { type Program, type Spawned, start } from '../spawned.ts';
import { leftOut, type Measured, type Row, yesNo } from '../table.ts';

const perSecond = 50;
const seconds = 2;
const turns = 10;

export async function poll({ running }: Bench): Promise<Measured> {
  const api = await running.serve();
  const bundle = await plainClient();
  const gate = (await isBuilt(components.flagger)) ? await build(components.flagger) : undefined;
  const started: Spawned[] = [];
  const asked = async (program: Program, path: string): Promise<() => Promise<Answered[]>> => {
    const spawned = await start(program);
    started.push(spawned);
    const options = { agent: new Agent({ keepAlive: true }) };
    const body = JSON.stringify(running.payload);
    return steady(() => call({ url: spawned.url + path, options, body }));
  };
  try {
    const url = api.url + running.path;
    const options = { ca: api.ca, agent: new SecureAgent({ keepAlive: true }) };
    const taken = await inTurns(turns, {
      ours: await asked(verifier(api), '/pre-rollout'),
      get: steady(() => call({ url, options })),
      gate: gate === undefined ? async () => [] : await asked(loadtester(gate), '/gate/check'),
    });
    expect(running.status, taken.ours.flat());
    expect(200, taken.get.flat());
    expect(403, taken.gate.flat());
    // Last and alone: it leaves so many connections open that the others would be measured with it.
    const plain = await inTurns(turns, { calls: await asked(verifier(api, bundle.file), '/pre-rollout') });
    return measured({ ...taken, plain: plain.calls }, running.status);
  } finally {
    for (const each of started) await each.end();
    await api.stop();
    bundle.remove();
  }
}

const steady = (ask: () => Promise<Answered>) => () => steadily(perSecond, seconds, ask);

type Taken = Record<'ours' | 'get' | 'plain' | 'gate', Answered[][]>;

function measured({ ours, get, plain, gate }: Taken, status: number): Measured {
  const wrong = plain.flat().filter((answered) => answered.status !== status).length;
  const plainly = `plain client-node transport${wrong === 0 ? '' : ` (${wrong} calls got no answer from the API server)`}`;
  const unbuilt = 'it is not built; npm run bench -- --with-loadtester (Go, some minutes)';
  const rows = [
    row('p50', 0.5, ours, { name: 'one API GET over keep-alive', values: get }, 2.5),
    row('p99', 0.99, ours, { name: 'one API GET over keep-alive', values: get }),
    row('p50', 0.5, ours, { name: plainly, values: plain }),
    row('p99', 0.99, ours, { name: plainly, values: plain }),
    ...(gate.flat().length > 0
      ? [
          row('p50', 0.5, ours, { name: 'Flagger’s loadtester /gate/check, which reads nothing', values: gate }),
          row('p99', 0.99, ours, { name: 'Flagger’s loadtester /gate/check, which reads nothing', values: gate }),
        ]
      : [leftOut('warm poll against Flagger’s loadtester', unbuilt)]),
  ];
  const calls = perSecond * seconds * turns;
  return { rows, notes: [`Warm polls: ${calls} calls of each kind, in ${turns} turns of ${seconds} s.`] };
}

function row(
  name: string,
  part: number,
  ours: Answered[][],
  against: { name: string; values: Answered[][] },
  atMost?: number,
): Row {
  const [own = Number.NaN, other = Number.NaN] = [ours, against.values].map((each) =>
    quantile(
      each.flat().map(({ took }) => took),
      part,
    ),
  );
  return {
    figure: `warm poll at ${perSecond} calls/s, ${name}`,
    ours: `${own.toFixed(1)} ms`,
    against: `${against.name}: ${other.toFixed(1)} ms`,
    ratio: `${(own / other).toFixed(2)} x`,
    target: atMost === undefined ? '-' : `≤ ${atMost} x`,
    reached: atMost === undefined ? '-' : yesNo(own / other <= atMost),
  };
}
