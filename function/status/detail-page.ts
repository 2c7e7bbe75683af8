/**
 * The page of one E2ESpec: what its test said, what to do about it, and the lines to copy. Nothing on it writes.
 */

import { html } from 'hono/html';
import { linksAsWords } from '../text.ts';
import { type Command, nameOfRun } from './commands.ts';
import type { Detail, Part, Run } from './detail.ts';
import { documentOf, type Html, problemsOf, topOf } from './layout.ts';
import { barsOf, mark, shapeOf } from './picture.ts';
import type { Row } from './row.ts';
import { ageOf, away, badge, toCopy } from './row-view.ts';
import type { Snapshot } from './snapshot.ts';
import { inWords } from './staleness.ts';
import { matterWords, utc, verdictWord } from './words.ts';

const home = '../';

export function detailPage(detail: Detail, snapshot: Snapshot): Promise<string> {
  const { namespace, name, parts } = detail;
  const now = new Date(snapshot.asOf);
  const main = html`${topOf(snapshot, home)}
<nav class="path"><a href="${home}">all tests</a> / <a href="${home}?namespace=${encodeURIComponent(namespace)}">${namespace}</a> / ${name}</nav>
${problemsOf(snapshot.problems)}
${parts.map((part) => partOf(part, now, parts.length > 1))}`;
  return documentOf({ title: `${name} · ${namespace}`, home, main });
}

function partOf({ row, message, action, commands, runs }: Part, now: Date, isOneOfMany: boolean): Html {
  const { short, long } = matterWords[row.matter];
  const heading = isOneOfMany
    ? `${row.namespace}/${row.name} · ${row.canary ?? 'outside of a rollout'}`
    : `${row.namespace}/${row.name}`;
  return html`<article class="row ${row.state}">
<p class="head">${badge(row)} <span class="reason">${row.reason === row.verdict ? '' : row.reason}</span> ${ageOf(row.time, now)}</p>
<h2>${heading}</h2>
<p class="words">${message}</p>
${row.users ? html`<p class="users${row.users.isHit ? ' hit' : ''}"><span class="label">Users</span> ${row.users.words}</p>` : ''}
${short === '' ? '' : html`<p class="matter">For <strong>${short}</strong>: ${long}.</p>`}
${action === undefined ? '' : html`<p class="action"><span class="label">What to do</span> ${markdown(action)}</p>`}
<dl class="facts">${factsOf(row, now)}</dl>
${barsOf(runs)}
<h3>Commands</h3>
<dl class="commands">${commands.map(commandOf)}</dl>
<h3>Runs <span class="many">${runs.length}</span></h3>
${runs.length === 0 ? html`<p class="empty">Nobody has run it yet.</p>` : html`<ol class="runs">${runs.map((run) => runOf(run, now))}</ol>`}
</article>`;
}

function factsOf(row: Row, now: Date): Html[] {
  const { total, failed, durationSeconds, lastPassedAt, deadline, canary, hook, checksum, trigger, id, mode } = row;
  const facts: [string, string | Html][] = [
    ...(total === undefined ? [] : [['Tests', `${failed ?? 0} of ${total} failed`] satisfies [string, string]]),
    ...(durationSeconds === undefined ? [] : [['Took', inWords(durationSeconds)] satisfies [string, string]]),
    ...(deadline === undefined ? [] : [['Deadline', utc(deadline)] satisfies [string, string]]),
    ['Last passed', ageOf(lastPassedAt, now) || 'never, as far as is on record'],
    ...(canary === undefined ? [] : [['Canary', canary] satisfies [string, string]]),
    ...(hook === undefined ? [] : [['Webhook', hook] satisfies [string, string]]),
    ...(checksum === undefined ? [] : [['Checksum', checksum] satisfies [string, string]]),
    ...(trigger === undefined
      ? []
      : [['Trigger', id === undefined ? trigger : `${trigger}, ${nameOfRun(row)}`] satisfies [string, string]]),
    ...(mode === undefined ? [] : [['Mode', mode] satisfies [string, string]]),
  ];
  return facts.map(([term, words]) => html`<div><dt>${term}</dt><dd>${words}</dd></div>`);
}

function commandOf({ what, line }: Command): Html {
  return html`<div><dt>${what}</dt><dd>${toCopy(line)}</dd></div>`;
}

function runOf(run: Run, now: Date): Html {
  const { verdict, isFlaky, reason, message, counts, durationSeconds, finishedAt, startedAt } = run;
  const facts = [
    counts && `${counts.failed} of ${counts.total} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`,
    durationSeconds !== undefined && inWords(durationSeconds),
    run.attempt !== undefined && run.attempt > 1 && `attempt ${run.attempt}`,
    isFlaky && 'flaky',
    run.mode === 'Observe' && 'observed only',
    nameOfRun(run),
    run.job,
  ].filter(Boolean);
  const shape = shapeOf(verdict, isFlaky);
  return html`<li><p class="head"><span class="badge ${shape}">${mark(shape)}${verdictWord(verdict)}</span> <span class="reason">${reason === verdict ? '' : reason}</span> ${ageOf(finishedAt ?? startedAt, now)}</p>
<p class="words">${message}</p>
<p class="foot">${facts.join(' · ')} <span class="links">${run.logUrl === undefined ? '' : away('log', run.logUrl)}${run.links.map(({ name, url }) => away(name, url))}</span></p></li>`;
}

/** The table of reasons is written for Markdown: code stays code, and a link its words. */
function markdown(text: string): Html[] {
  const parts = linksAsWords(text).split('`');
  return parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
