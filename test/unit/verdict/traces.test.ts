/**
 * What is left to look at when a pod is gone: the links that its containers hand over, and where its log is kept.
 */
import assert from 'node:assert/strict';
import type { Pod } from '../../../function/api/kubernetes.ts';
import type { Link, Verdict } from '../../../function/api/verdict.ts';
import { tracesInWords, withLogUrl, withTraces } from '../../../function/verdict/traces.ts';
import { ago, endedPod, jobOf } from '../run-fixture.ts';

const failed: Verdict = { kind: 'failed', reason: 'Error', message: 'no checkout' };
const report = { name: 'report', url: 'https://ci.example.com/report/1' };

function podOf(message: string, sidecar?: string): Pod {
  const pod = endedPod({ exitCode: 1, message });
  if (sidecar === undefined) return pod;
  const state = { terminated: { exitCode: 0, message: sidecar } };
  const beside = { name: 'upload', image: '', imageID: '', ready: false, restartCount: 0, state };
  return {
    ...pod,
    spec: { containers: [], initContainers: [{ name: 'upload', restartPolicy: 'Always' }] },
    status: { ...pod.status, initContainerStatuses: [beside] },
  };
}

const handsOver = (...links: unknown[]) => JSON.stringify({ total: 1, failed: 1, links });
const note = (which: string) =>
  `no checkout; ${which} left out: there may be 5, each with a name and an http(s) URL of at most 512 characters`;

describe('What a test hands over to be looked at', () => {
  const rows: { when: string; pod: Pod; links?: Link[]; message?: string }[] = [
    { when: 'it has a link', pod: podOf(handsOver(report)), links: [report] },
    { when: 'it has a link and no figures', pod: podOf(JSON.stringify({ links: [report] })), links: [report] },
    { when: 'it has none', pod: podOf(JSON.stringify({ total: 1, failed: 1 })) },
    { when: 'it says something else', pod: podOf('no checkout') },
    { when: 'its links are no list', pod: podOf('{"total":1,"failed":1,"links":"https://a.example.com"}') },
    { when: 'a sidecar has one', pod: podOf('', JSON.stringify({ links: [report] })), links: [report] },
    {
      when: 'both have one: the test comes first',
      pod: podOf(handsOver({ name: 'trace', url: 'http://a.example.com' }), JSON.stringify({ links: [report] })),
      links: [{ name: 'trace', url: 'http://a.example.com' }, report],
    },
    {
      when: 'there are six',
      pod: podOf(handsOver(...Array.from({ length: 6 }, () => report))),
      links: Array.from({ length: 5 }, () => report),
      message: note('1 of its links is'),
    },
    ...[
      { name: 'report' },
      { url: report.url },
      { name: ' ', url: report.url },
      { name: 'report', url: 'javascript:alert(1)' },
      { name: 'report', url: 'ftp://a.example.com' },
      { name: 'report', url: 'https://' },
      { name: 'report', url: 'https://a.example.com/ b' },
      { name: 'report', url: `https://a.example.com/${'x'.repeat(512)}` },
      'https://a.example.com',
      null,
    ].map((bad) => ({
      when: `one of two is ${JSON.stringify(bad).slice(0, 60)}`,
      pod: podOf(handsOver(bad, report)),
      links: [report],
      message: note('1 of its links is'),
    })),
    {
      when: 'it holds a secret',
      pod: podOf(handsOver({ name: 'report', url: 'https://ann:hunter2@ci.example.com/1' })),
      links: [{ name: 'report', url: 'https://[redacted]@ci.example.com/1' }],
    },
  ];
  for (const { when, pod, links, message = 'no checkout' } of rows) {
    it(`is kept beside the verdict, and changes none, when ${when}`, () => {
      const traced = withTraces(failed, [pod]);
      assert.deepEqual([traced.kind, traced.reason, traced.message], ['failed', 'Error', message]);
      assert.deepEqual(traced.links, links);
      assert.equal(traced.pod, 'p');
    });
  }

  it('is of the newest pod whose test has ended, and of none while the run goes on', () => {
    const older = { ...podOf(handsOver(report)), metadata: { name: 'older', creationTimestamp: ago(900) } };
    assert.equal(withTraces(failed, [older, podOf('')]).pod, 'p');
    assert.deepEqual(withTraces({ ...failed, kind: 'running' }, [podOf(handsOver(report))]), {
      ...failed,
      kind: 'running',
    });
    assert.deepEqual(withTraces(failed, []), failed);
  });
});

describe('Where a log is kept', () => {
  const ran = { startedAt: '2026-11-21T09:58:00Z', finishedAt: '2026-11-21T09:59:00Z' };
  const verdict = { ...failed, pod: 'e2e-podinfo-x', ran };

  it('is the template with the words of the run in it, from a minute before its test to a minute after', () => {
    const template =
      'https://logs.example.com/{namespace}?q=pod%3D{pod}&job={job}&c={container}&from={from}&to={to}&ms={fromMs}-{toMs}';
    assert.equal(
      withLogUrl(verdict, jobOf(), template).logUrl,
      'https://logs.example.com/test?q=pod%3De2e-podinfo-x&job=e2e-podinfo-85d557f47b&c=e2e&from=2026-11-21T09%3A57%3A00.000Z&to=2026-11-21T10%3A00%3A00.000Z&ms=1795255020000-1795255200000',
    );
  });

  it('is not said without a template, without a pod, and where it would be too long', () => {
    assert.equal(withLogUrl(verdict, jobOf(), '').logUrl, undefined);
    assert.equal(withLogUrl({ ...failed, ran }, jobOf(), 'https://a.example.com/{pod}').logUrl, undefined);
    assert.equal(withLogUrl(verdict, jobOf(), `https://a.example.com/${'{pod}'.repeat(200)}`).logUrl, undefined);
  });

  it('is told with the links, as far as there is room', () => {
    const logUrl = 'https://logs.example.com/p';
    assert.equal(tracesInWords({ logUrl, links: [report] }), `log: ${logUrl}; report: ${report.url}`);
    const long = { name: 'video', url: `https://a.example.com/${'x'.repeat(450)}` };
    assert.equal(tracesInWords({ logUrl, links: [long, report] }), `log: ${logUrl}; 2 more on record`);
    assert.equal(tracesInWords({}), '');
  });
});
