/**
 * Runs as pictures, which words stand beside: a shape and a colour for each verdict, so that colour alone says nothing.
 */
import { html } from 'hono/html';
import type { Run } from './detail.ts';
import type { Html } from './layout.ts';
import type { Row, RunMark } from './row.ts';
import { inWords } from './staleness.ts';
import { verdictWord } from './words.ts';

type Shape = 'pass' | 'flaky' | 'fail' | 'doubt' | 'run' | 'none';

export function shapeOf(verdict: Row['verdict'], isFlaky = false): Shape {
  switch (verdict) {
    case 'Passed':
      return isFlaky ? 'flaky' : 'pass';
    case 'Failed':
    case 'PromotedUnverified':
      return 'fail';
    case 'Inconclusive':
      return 'doubt';
    case 'Running':
    case 'NotBegun':
      return 'run';
    default:
      return 'none';
  }
}

/** Once in a page: what the marks are drawn of. */
export const shapes: Html = html`<svg class="shapes" aria-hidden="true">
<symbol id="pass" viewBox="0 0 12 12"><circle cx="6" cy="6" r="4.6"/></symbol>
<symbol id="flaky" viewBox="0 0 12 12"><circle cx="6" cy="6" r="4.6"/><path class="cut" d="M1 11 11 1"/></symbol>
<symbol id="fail" viewBox="0 0 12 12"><path class="stroke" d="M2 2l8 8M10 2l-8 8"/></symbol>
<symbol id="doubt" viewBox="0 0 12 12"><path d="M6 .6 11.4 6 6 11.4.6 6z"/></symbol>
<symbol id="run" viewBox="0 0 12 12"><circle class="ring" cx="6" cy="6" r="4"/></symbol>
<symbol id="none" viewBox="0 0 12 12"><path class="stroke" d="M2 6h8"/></symbol>
</svg>`;

export function mark(shape: Shape): Html {
  return html`<svg class="mark ${shape}" viewBox="0 0 12 12" aria-hidden="true"><use href="#${shape}"/></svg>`;
}

const step = 14;

/** Each at each place is made once: a large page has thousands of them. */
const placed = new Map<string, Html>();

function markAt(shape: Shape, index: number): Html {
  const key = `${shape} ${index}`;
  const known = placed.get(key);
  if (known !== undefined) return known;
  const made = html`<use class="${shape}" href="#${shape}" x="${index * step}" width="12" height="12"/>`;
  placed.set(key, made);
  return made;
}

/** The last runs, the newest at the right. */
export function stripOf({ runs, flaky }: Pick<Row, 'runs' | 'flaky'>): Html | '' {
  if (runs.length === 0) return '';
  const marks = runs.map(({ verdict, isFlaky }, index) => markAt(shapeOf(verdict, isFlaky), index));
  const width = runs.length * step;
  return html`<span class="strip"><svg role="img" aria-label="${stripInWords(runs, flaky)}" width="${width}" height="12" viewBox="0 0 ${width} 12">${marks}</svg>${flaky > 0 ? html`<span class="flakes">${flaky} flaky</span>` : ''}</span>`;
}

function stripInWords(runs: readonly RunMark[], flaky: number): string {
  const words = runs.map(({ verdict }) => verdictWord(verdict).toLowerCase());
  const counts = [...new Set(words)].map((word) => `${words.filter((each) => each === word).length} ${word}`);
  const last = runs.length === 1 ? 'The last run' : `The last ${runs.length} runs`;
  return `${last}: ${counts.join(', ')}${flaky > 0 ? `; ${flaky} of them flaky` : ''}`;
}

const bar = { width: 22, gap: 8, tallest: 80, least: 4, head: 18 };

/** A bar for each run, as tall as it took long, and its mark on top; the newest at the right. */
export function barsOf(runs: readonly Run[]): Html | '' {
  const shown = runs
    .filter(({ durationSeconds }) => durationSeconds !== undefined)
    .slice(0, 20)
    .reverse();
  if (shown.length < 2) return '';
  const longest = Math.max(1, ...shown.map(({ durationSeconds = 0 }) => durationSeconds));
  const each = bar.width + bar.gap;
  const [width, height] = [shown.length * each - bar.gap, bar.head + bar.tallest];
  const bars = shown.map(({ verdict, isFlaky, durationSeconds = 0, finishedAt, reason }, index) => {
    const shape = shapeOf(verdict, isFlaky);
    const tall = Math.max(bar.least, Math.round((durationSeconds / longest) * bar.tallest));
    const [x, y] = [index * each, height - tall];
    const words = [verdictWord(verdict), reason !== verdict && reason, inWords(durationSeconds), finishedAt];
    return html`<g class="${shape}"><title>${words.filter(Boolean).join(', ')}</title><rect x="${x}" y="${y}" width="${bar.width}" height="${tall}" rx="3"/><use href="#${shape}" x="${x + 5}" y="${y - 16}" width="12" height="12"/></g>`;
  });
  return html`<figure class="bars"><svg role="img" aria-label="${`How long the last ${shown.length} runs took, the longest ${inWords(longest)}`}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${bars}</svg><figcaption>How long the last ${shown.length} runs took, the newest at the right; the longest ${inWords(longest)}.</figcaption></figure>`;
}
