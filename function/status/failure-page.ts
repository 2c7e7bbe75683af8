/**
 * The page where there is none: it goes on trying, as the other ones do.
 */
import { html } from 'hono/html';
import { documentOf } from './layout.ts';

export function failurePage(status: number, message: string, home: string): Promise<string> {
  const what = status === 404 ? 'Not here' : 'Nothing can be shown now';
  const main = html`<h1>${what}</h1>
<p class="headline">${message}</p>
<p class="path"><a href="${home}">all tests</a> <span id="refreshed"></span></p>`;
  return documentOf({ title: what, home, main });
}
