// docs/troubleshooting.md, "Call it yourself": its blocks, as a shell has them, on an API like that of the demo which they name.
import assert from 'node:assert/strict';
import { type ChildProcess, exec, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { read, root } from '../support/documents.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { until } from '../support/environment.ts';
import { freePort } from '../support/free-port.ts';

const [, section = ''] = read('docs/troubleshooting.md').split('### Call it yourself\n');
const [first = '', second = ''] = [...section.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, text = '']) => text);

describe('Call it yourself', function () {
  this.timeout(30_000);
  let kubernetes: EmbeddedKubernetes;
  let terminal: ChildProcess;
  let port: string;
  let said = '';

  before(async function () {
    const programs = ['kubectl', 'curl'];
    if (programs.some((each) => spawnSync(each, ['--help']).status !== 0)) return this.skip();
    kubernetes = await startEmbeddedKubernetes();
    port = String(await freePort());
    const env = { ...process.env, KUBECONFIG: kubernetes.kubeconfig };
    const script = first.replace('PORT=8080', `PORT=${port}`);
    terminal = spawn('sh', ['-ec', script], { cwd: root, env, detached: true });
    for (const stream of [terminal.stdout, terminal.stderr])
      stream?.on('data', (text) => {
        said += text;
      });
    await until(
      async () => said,
      (text) => text.includes('"message":"listening"') || terminal.exitCode !== null,
      20,
    );
  });
  after(async () => {
    await kubernetes?.stop();
    if (terminal?.pid === undefined || terminal.exitCode !== null) return;
    const ended = once(terminal, 'exit');
    process.kill(-terminal.pid);
    await ended;
  });

  it('answers as it is shown', async () => {
    const call = async () => (await promisify(exec)(second.replace(':8080/', `:${port}/`))).stdout;
    const [, shown] = /\n```\n(Started: .*\n)```/.exec(section) ?? [];
    assert.equal(await call(), shown, said);
    const [, later = ''] = /`(Passed: [^`]+)`/.exec(section) ?? [];
    await until(call, (answer) => answer === `${later}\n`, 10);
  });
});
