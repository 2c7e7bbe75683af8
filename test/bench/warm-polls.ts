/**
 * Warm processes called at a steady rate, each over connections of its own that it keeps, as Knative's queue-proxy does.
 */
import { Agent } from 'node:http';
import { inTurns, quantile } from './measure.ts';
import type { Moment } from './recorded-api.ts';
import { type Answered, call, expect, oneAfterAnother, steadily } from './requests.ts';
import { type Program, type Spawned, start } from './spawned.ts';
import { heldTo, type Row } from './table.ts';

const perSecond = 50;
const seconds = 2;
const turns = 10;
const warmUp = 500;

const calls = perSecond * seconds * turns;
export const howPolled = `Warm polls: ${calls} calls of each kind, in ${turns} turns of ${seconds} s, to processes that have answered ${warmUp} before.`;

export type Steady = () => Promise<Answered[]>;

export function steady(ask: () => Promise<Answered>): Steady {
  return () => steadily(perSecond, seconds, ask);
}

interface Asked {
  steady: Steady;
  /** Which every answer has to have. */
  status?: number;
}

/** All answers, by what was asked: none where there was nothing to ask. */
export async function askInTurns<Name extends string>(
  asked: Record<Name, Asked | undefined>,
): Promise<Record<Name, Answered[]>> {
  const names = Object.keys(asked) as Name[];
  const takers = names.map((name): [string, Steady] => [name, asked[name]?.steady ?? (async () => [])]);
  const taken = await inTurns(turns, Object.fromEntries(takers) as Record<Name, Steady>);
  const answers = names.map((name): [string, Answered[]] => {
    const status = asked[name]?.status;
    if (status !== undefined) expect(status, taken[name].flat());
    return [name, taken[name].flat()];
  });
  return Object.fromEntries(answers) as Record<Name, Answered[]>;
}

/** Programs that are polled with one payload, until all are ended. */
export function polled({ payload }: Moment): {
  steady(program: Program, path: string): Promise<Steady>;
  end(): Promise<void>;
} {
  const started: Spawned[] = [];
  const body = JSON.stringify(payload);
  return {
    async steady(program, path) {
      const spawned = await start(program);
      started.push(spawned);
      const options = { agent: new Agent({ keepAlive: true }) };
      const ask = () => call({ url: spawned.url + path, options, body });
      await oneAfterAnother(warmUp, ask);
      return steady(ask);
    },
    async end() {
      for (const each of started) await each.end();
    },
  };
}

interface Against {
  name: string;
  answers: readonly Answered[];
  /** The highest ratio of the medians that is good enough; without it the rows are there for context. */
  atMost?: number;
}

/** Two rows: p50, which may have a target, and p99. */
export function rowsOf(what: string, ours: readonly Answered[], { name, answers, atMost }: Against): Row[] {
  const times = (each: readonly Answered[]) => each.map(({ took }) => took);
  const row = (part: 0.5 | 0.99, bound?: number): Row => {
    const [own, other] = [quantile(times(ours), part), quantile(times(answers), part)];
    return {
      figure: `${what} at ${perSecond} calls/s, p${part * 100}`,
      ours: `${own.toFixed(1)} ms`,
      against: `${name}: ${other.toFixed(1)} ms`,
      ratio: `${(own / other).toFixed(2)} x`,
      ...heldTo(bound, own / other),
    };
  };
  return [row(0.5, atMost), row(0.99)];
}
