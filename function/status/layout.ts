/**
 * What every page has around it.
 */
import { html } from 'hono/html';
import { shapes } from './picture.ts';
import type { Problem, Snapshot } from './snapshot.ts';
import { utc } from './words.ts';

/** What a template makes: text that goes into one is escaped by hono, always. */
export type Html = ReturnType<typeof html>;

export interface Page {
  /** Of the window. */
  title: string;
  /** From this page to the first one. */
  home: string;
  main: Html;
}

export async function documentOf({ title, home, main }: Page): Promise<string> {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${home}favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${home}style.css">
<script src="${home}refresh.js" defer></script>
</head>
<body>
${shapes}
<main id="main">
${main}
</main>
</body>
</html>`;
  return String(await whole);
}

/** Whose cluster it is, when it was looked at, and whether the verifier answers. */
export function topOf({ cluster, asOf, verifier }: Snapshot, home: string): Html {
  return html`<header>
<h1><a href="${home}">${cluster === '' ? 'End-to-end tests' : cluster}</a></h1>
<p class="asof">as of <time datetime="${asOf}">${utc(asOf)}</time> <span id="refreshed"></span></p>
<p class="verifier ${verifier.kind}" title="${verifier.message}">verifier <strong>${verifier.word}</strong></p>
</header>`;
}

export function problemsOf(problems: readonly Problem[]): Html | '' {
  if (problems.length === 0) return '';
  return html`<ul class="problems">${problems.map(({ message }) => html`<li>${message}</li>`)}</ul>`;
}
