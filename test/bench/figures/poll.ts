/**
 * A warm poll of a run whose pod is ready, at an API server with fixed answers: what the verifier itself takes.
 */
import { Agent } from 'node:https';
import { build, isBuilt } from '../../cluster/build.ts';
import { components } from '../../cluster/components.ts';
import type { Bench } from '../figure.ts';
import { plainClient } from '../plain-client.ts';
import { bareWithReads, loadtester, verifier } from '../programs.ts';
import { pollPath } from '../recorded-api.ts';
import { call } from '../requests.ts';
import { leftOut, type Measured } from '../table.ts';
import { askInTurns, polled, rowsOf, steady } from '../warm-polls.ts';

const what = 'warm poll, fixed answers';

export async function poll({ running }: Bench): Promise<Measured> {
  const api = await running.serve();
  const bundle = await plainClient();
  const gate = (await isBuilt(components.flagger)) ? await build(components.flagger) : undefined;
  const programs = polled(running);
  try {
    const options = { agent: new Agent({ keepAlive: true, ca: api.ca }) };
    const { status } = running;
    const gated =
      gate === undefined ? undefined : { steady: await programs.steady(loadtester(gate), '/gate/check'), status: 403 };
    const taken = await askInTurns({
      ours: { steady: await programs.steady(verifier(api), pollPath), status },
      bare: { steady: await programs.steady(bareWithReads(api, running), '/'), status: 200 },
      get: { steady: steady(() => call({ url: api.url + running.path, options })), status: 200 },
      gate: gated,
    });
    // Last and alone: it leaves so many connections open that the others would be measured with it.
    const { plain } = await askInTurns({
      plain: { steady: await programs.steady(verifier(api, bundle.file), pollPath) },
    });
    const lost = plain.filter((answered) => answered.status !== status).length;
    const plainly = `plain client-node transport${lost === 0 ? '' : ` (${lost} calls got no answer from the API server)`}`;
    const unbuilt = 'it is not built; npm run bench -- --with-loadtester (Go, some minutes)';
    const rows = [
      ...rowsOf(what, taken.ours, { name: 'one API GET over keep-alive', answers: taken.get }),
      ...rowsOf(what, taken.ours, { name: 'bare server, same reads', answers: taken.bare }),
      ...rowsOf(what, taken.ours, { name: plainly, answers: plain }),
      ...(gated
        ? rowsOf(what, taken.ours, {
            name: 'Flagger’s loadtester /gate/check, which reads nothing',
            answers: taken.gate,
          })
        : [leftOut(`${what}, against Flagger’s loadtester`, unbuilt)]),
    ];
    return { rows, notes: [] };
  } finally {
    await programs.end();
    await api.stop();
    bundle.remove();
  }
}
