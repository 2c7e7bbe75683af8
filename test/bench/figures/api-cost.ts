/**
 * What the first polls of a process cost the API server: requests, TLS handshakes, connections.
 */
import { Agent } from 'node:http';
import type { Api } from '../api.ts';
import type { Counts } from '../api-server.ts';
import type { Bench } from '../figure.ts';
import { plainClient } from '../plain-client.ts';
import { verifier } from '../programs.ts';
import { type Moment, pollPath } from '../recorded-api.ts';
import { call, expect, oneAfterAnother } from '../requests.ts';
import { type Program, using } from '../spawned.ts';
import { bounded, type Measured } from '../table.ts';

const polls = 100;

export async function apiCost({ running }: Bench): Promise<Measured> {
  const api = await running.serve();
  const bundle = await plainClient();
  const ours = await costOf(verifier(api), running, api);
  const plain = await costOf(verifier(api, bundle.file), running, api);
  await api.stop();
  bundle.remove();
  const per = ({ requests }: Counts): string => (requests / polls).toFixed(2);
  const over = (which: 'handshakes' | 'open') => `plain client-node transport: ${plain[which]}`;
  return {
    rows: [
      bounded('API requests per poll', per(ours), '≤ 4', ours.requests <= 4 * polls, `plain: ${per(plain)}`),
      bounded(
        `TLS handshakes in the first ${polls} polls of a process, one after another`,
        String(ours.handshakes),
        '1',
        ours.handshakes <= 1,
        over('handshakes'),
      ),
      bounded('connections to the API server after them', String(ours.open), '1', ours.open <= 1, over('open')),
    ],
    notes: [],
  };
}

async function costOf(program: Program, { payload, status }: Moment, api: Api): Promise<Counts> {
  return using(program, async (spawned) => {
    await api.counts();
    const options = { agent: new Agent({ keepAlive: true }) };
    const ask = () => call({ url: spawned.url + pollPath, options, body: JSON.stringify(payload) });
    expect(status, await oneAfterAnother(polls, ask));
    return api.counts();
  });
}
