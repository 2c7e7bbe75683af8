/**
 * Resident memory when ready, and after some polls.
 */
import { Agent } from 'node:http';
import type { Bench } from '../figure.ts';
import { inTurns } from '../measure.ts';
import { bare, bareWithReads, verifier } from '../programs.ts';
import { pollPath } from '../recorded-api.ts';
import { call, expect, oneAfterAnother } from '../requests.ts';
import { type Program, using } from '../spawned.ts';
import { compared, type Measured } from '../table.ts';

const polls = 100;

export async function memory({ running, rounds }: Bench): Promise<Measured> {
  const api = await running.serve();
  const body = JSON.stringify(running.payload);
  const whenReady = (program: Program) => () => using(program, async (spawned) => spawned.memory().now);
  const afterPolls = (program: Program, status: number) => () =>
    using(program, async ({ url, memory }) => {
      const options = { agent: new Agent({ keepAlive: true }) };
      expect(status, await oneAfterAnother(polls, () => call({ url: url + pollPath, options, body })));
      return memory().now;
    });
  const taken = await inTurns(rounds, {
    ready: whenReady(verifier(api)),
    bareReady: whenReady(bare),
    polled: afterPolls(verifier(api), running.status),
    barePolled: afterPolls(bareWithReads(api, running), 200),
  });
  await api.stop();
  const rows = [
    compared({
      figure: 'resident memory when ready',
      unit: 'MB',
      ours: taken.ready,
      against: { name: 'bare server', values: taken.bareReady },
      atMost: 1.5,
    }),
    compared({
      figure: `resident memory after ${polls} polls`,
      unit: 'MB',
      ours: taken.polled,
      against: { name: 'bare server, same reads', values: taken.barePolled },
    }),
  ];
  return { rows, notes: [] };
}
