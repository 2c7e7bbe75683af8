/**
 * One row of the first page, as HTML.
 */
import { html } from 'hono/html';
import type { Html } from './layout.ts';
import { mark, shapeOf, stripOf } from './picture.ts';
import type { Row } from './row.ts';
import { ago, headWord, matterWords, utc, verdictWord } from './words.ts';

/** `home`: from the page that shows it to the first one. */
export function addressOf({ namespace, name }: Row, home: string): string {
  return `${home}${namespace}/${name}`;
}

export function nameOf(row: Row, home: string): Html {
  return html`<a class="name" href="${addressOf(row, home)}"><span class="namespace">${row.namespace}/</span>${row.name}</a>`;
}

export function ageOf(time: string | undefined, now: Date): Html | '' {
  return time === undefined ? '' : html`<time datetime="${time}" title="${utc(time)}">${ago(time, now)}</time>`;
}

export function badge(row: Row): Html {
  const shape = row.state === 'stale' || row.state === 'waiting' ? row.state : shapeOf(row.verdict);
  const drawn = shape === 'stale' || shape === 'waiting' ? '' : mark(shape);
  return html`<span class="badge ${shape}">${drawn}${headWord(row)}</span>`;
}

/** What needs somebody: all that is needed to know whom to call. */
export function wholeRow(row: Row, home: string, now: Date): Html {
  const { state, matter, message, users, gates = [], reason, verdict } = row;
  const { short, long } = matterWords[matter];
  const former = state === 'stale' && verdict !== 'NotRun' ? `last: ${verdictWord(verdict)}` : '';
  const word = reason !== undefined && reason !== verdict && state === 'failing' ? reason : former;
  return html`<li class="row ${state}">
<p class="head">${badge(row)} <span class="reason">${word}</span></p>
<h3>${nameOf(row, home)}${besides(row)}</h3>
<p class="words">${message}</p>
${users ? html`<p class="users${users.isHit ? ' hit' : ''}"><span class="label">Users</span> ${users.words}</p>` : ''}
${gates.map(({ hook, command, why }) => html`<p class="gate"><span class="label">Gate</span> ${hook}${why === undefined ? '' : ` is closed: ${why}`}${command === undefined ? '' : toCopy(command)}</p>`)}
<p class="foot">${short === '' ? '' : html`<span class="matter" title="${long}">for <strong>${short}</strong></span>`} ${ageOf(row.time, now)} ${stripOf(row)} ${linksIn(row, home)}</p>
</li>`;
}

function besides({ canary, name, hook, trigger, mode }: Row): Html {
  const words = [
    canary !== undefined && canary !== name && `canary ${canary}`,
    hook !== undefined && `webhook ${hook}`,
    trigger !== undefined && trigger !== 'rollout' && `by ${trigger}`,
    mode === 'Observe' && 'observed only',
  ].filter(Boolean);
  return html`<span class="besides">${words.join(' · ')}</span>`;
}

export function linksIn(row: Row, home: string): Html {
  const { logUrl, links } = row;
  return html`<span class="links"><a href="${addressOf(row, home)}">why</a>${logUrl === undefined ? '' : away('log', logUrl)}${links.map(({ name, url }) => away(name, url))}</span>`;
}

export function away(name: string, url: string): Html {
  return html` <a href="${url}" rel="noopener noreferrer external">${name}</a>`;
}

/** Breaks between words alone: a line that breaks at a hyphen is copied wrong by hand. */
export function toCopy(line: string): Html {
  return html`<code>${line.split(' ').map((word, index) => html`${index > 0 ? ' ' : ''}<span>${word}</span>`)}</code>`;
}

/** What runs: a line, with its deadline. */
export function runningRow(row: Row, home: string, now: Date): Html {
  const { deadline, isBlocked, reason, message } = row;
  return html`<li class="line running${isBlocked ? ' blocked' : ''}">${badge(row)} ${nameOf(row, home)}${besides(row)}
<span class="words">${isBlocked ? `${reason}: ` : ''}${message}</span>
${deadline === undefined ? ageOf(row.time, now) : html`<time datetime="${deadline}" title="${utc(deadline)}">deadline ${ago(deadline, now)}</time>`} ${stripOf(row)}</li>`;
}

/** What needs nobody. */
export function quietRow(row: Row, home: string, now: Date): Html {
  return html`<li class="line ${row.state}">${badge(row)} ${nameOf(row, home)}${besides(row)} ${ageOf(row.time, now)} ${stripOf(row)}</li>`;
}
