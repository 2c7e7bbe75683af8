/**
 * The deployed process: what it logs, and that its log never keeps it from answering.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/environment.ts';
import { ask } from '../http/raw.ts';
import type { Deployed } from './deployed.ts';
import { deployedProcesses, json, terminate } from './process.ts';

const untilLogged = ({ lines }: Deployed, are: (lines: string[]) => boolean) => until(async () => lines, are, 10);

describe('The deployed process', function () {
  this.timeout(30_000);
  const { started } = deployedProcesses();

  it('logs a stray rejection and a stray exception as JSON lines, and goes on answering', async () => {
    const stray = `setTimeout(() => Promise.reject(new Error('stray rejection')), 400);
      setTimeout(() => { throw new Error('stray exception'); }, 500)`;
    const deployed = await started({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stray)}` });
    await untilLogged(deployed, (lines) => lines.some((line) => line.includes('uncaughtException')));
    assert.equal((await fetch(`${deployed.url}/healthz`)).status, 200);
    const logged = deployed.lines.map((line) => JSON.parse(line));
    for (const [message, detail] of [
      ['unhandledRejection', /^Error: stray rejection/],
      ['uncaughtException', /^Error: stray exception/],
    ] as const) {
      const line = logged.find((each) => each.message === message);
      assert.equal(line?.level, 'error', deployed.lines.join('\n'));
      assert.match(line.detail, detail);
    }
    assert.equal(await terminate(deployed), 0);
  });

  it('logs no secret and nothing unseen of what a caller says', async () => {
    const deployed = await started();
    const headers = { 'Content-Type': 'password=hunter2' };
    await fetch(`${deployed.url}/password=hunter2`, { method: 'POST', headers });
    await fetch(`${deployed.url}/pre-rollout`, { method: 'POST', headers });
    const name = 'a\u202e\u200b password=hunter2';
    const body = JSON.stringify({ name, namespace: name, phase: 'Progressing', checksum: name, metadata: {} });
    await fetch(`${deployed.url}/pre-rollout`, { method: 'POST', headers: json, body });
    await untilLogged(deployed, (lines) => lines.length >= 4);
    assert.equal(deployed.lines.length, 4, deployed.lines.join('\n'));
    assert.doesNotMatch(deployed.lines.join(''), /hunter2|[\u202e\u200b]|\\u20/i);
    assert.equal(await terminate(deployed), 0);
  });

  it('logs a warning of Node.js as a JSON line', async () => {
    const warning = `setTimeout(() => process.emitWarning('this goes away', 'DeprecationWarning', 'DEP9'), 400)`;
    const deployed = await started({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(warning)}` });
    await untilLogged(deployed, (lines) => lines.length >= 2);
    const [, line] = deployed.lines.map((each) => JSON.parse(each));
    assert.deepEqual(
      [line?.level, line?.message],
      ['warn', 'DeprecationWarning: this goes away'],
      deployed.lines.join(),
    );
    assert.equal(deployed.lines.length, 2);
  });

  describe('goes on answering when its log', () => {
    const stranger = { name: 'x'.repeat(200), namespace: 'default', phase: 'Progressing', checksum: '5c95544979' };
    const parts = [JSON.stringify(stranger)];
    const call = (url: string) => ask(`${url}/event`, { method: 'POST', headers: json, parts });
    const cpu = (pid: number | undefined): number => {
      const [user = '0', system = '0'] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15);
      return Number(user) + Number(system);
    };

    it('is read by nobody any more', async () => {
      const deployed = await started();
      deployed.child.stdout?.destroy();
      for (let count = 0; count < 10; count++) assert.equal((await call(deployed.url)).status, 200);
      await sleep(200);
      const before = cpu(deployed.child.pid);
      await sleep(500);
      assert.ok(cpu(deployed.child.pid) - before < 20, 'it is busy with an error of its own');
      assert.equal(await terminate(deployed), 0);
    });

    it('is read by somebody who has stopped, and keeps no more of it than a megabyte', async () => {
      const deployed = await started();
      deployed.child.stdout?.pause();
      const resident = (): number =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${deployed.child.pid}/status`, 'utf8'))?.[1]) / 1024;
      for (let count = 0; count < 5000; count += 100) {
        const answers = await Promise.all(Array.from({ length: 100 }, () => call(deployed.url)));
        assert.ok(answers.every(({ status }) => status === 200));
      }
      const before = deployed.lines.length;
      deployed.child.stdout?.resume();
      await sleep(500);
      const kept = deployed.lines.slice(before).join('\n').length;
      assert.ok(kept < 2 ** 20 + 300_000, `${kept} bytes of log, ${resident()} MB`);
      assert.equal((await call(deployed.url)).status, 200);
      await untilLogged(deployed, (lines) => lines.at(-1)?.includes('"hook":"/event"') === true);
      assert.equal(await terminate(deployed), 0);
    });
  });
});
