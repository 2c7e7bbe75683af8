/**
 * The first page: read in five seconds. What needs somebody stands whole, worst first; what runs is a line each; the rest is
 * folded.
 */
import { html } from 'hono/html';
import { documentOf, type Html, problemsOf, topOf } from './layout.ts';
import { type Row, type State, states } from './row.ts';
import { quietRow, runningRow, wholeRow } from './row-view.ts';
import { countsOf, type Filter, inNamespace, namespacesOf, type Overview } from './snapshot.ts';
import { stateWords } from './words.ts';

const home = './';

export function listPage(overview: Overview, filter: Filter): Promise<string> {
  const { rows, cluster, asOf } = overview;
  const now = new Date(asOf);
  const inScope = inNamespace(rows, filter.namespace);
  const counts = countsOf(inScope);
  const shown = states.filter((state) => filter.state === '' || filter.state === state);
  const main = html`${topOf(overview, home)}
<nav class="counts" aria-label="Tests by state">${states.map((state) => tile(state, counts[state], filter))}</nav>
${headline(inScope)}
${chooser(namespacesOf(rows), filter)}
${problemsOf(overview.problems)}
${shown.map((state) =>
  section(
    state,
    inScope.filter((row) => row.state === state),
    now,
  ),
)}
${inScope.length === 0 ? html`<p class="empty">There is no E2ESpec here yet.</p>` : ''}`;
  const where = cluster === '' ? 'e2e' : cluster;
  return documentOf({ title: counts.failing > 0 ? `(${counts.failing}) ${where}` : where, home, main });
}

function tile(state: State, count: number, filter: Filter): Html | '' {
  // Seldom, and no state that anybody waits for.
  if (state === 'never' && count === 0) return '';
  const isChosen = filter.state === state;
  const { title, meaning } = stateWords[state];
  const query = queryOf({ ...filter, state: isChosen ? '' : state });
  return html`<a class="tile ${state}${count === 0 ? ' zero' : ''}" href="${query}" title="${meaning}"${isChosen ? html` aria-current="true"` : ''}><span class="number">${count}</span> <span class="title">${title}</span></a>`;
}

function queryOf({ namespace, state }: Filter): string {
  const query = new URLSearchParams({ ...(namespace && { namespace }), ...(state && { state }) }).toString();
  return query === '' ? home : `?${query}`;
}

/** Whether users are hit: the first question at night. */
function headline(rows: readonly Row[]): Html {
  const hit = rows.filter(({ users }) => users?.isHit);
  const [first] = hit;
  if (first !== undefined) {
    const more = hit.length > 1 ? ` and ${hit.length - 1} more` : '';
    return html`<p class="headline hit">Users are on a revision that no test has passed: <strong>${first.namespace}/${first.name}</strong>${more}.</p>`;
  }
  const needed = rows.filter(({ state }) => state === 'failing' || state === 'waiting' || state === 'stale').length;
  if (needed === 0) return html`<p class="headline">Nothing needs you.</p>`;
  return html`<p class="headline">No users are known to be on a revision that failed its test.</p>`;
}

function chooser(namespaces: readonly string[], filter: Filter): Html | '' {
  if (namespaces.length < 2 && filter.namespace === '') return '';
  const known = new Set([...namespaces, ...(filter.namespace === '' ? [] : [filter.namespace])]);
  const option = (name: string) =>
    html`<option value="${name}"${name === filter.namespace ? html` selected` : ''}>${name === '' ? 'all namespaces' : name}</option>`;
  return html`<form class="chooser" method="get" action="${home}">
<label>Namespace <select name="namespace">${['', ...known].map(option)}</select></label>
${filter.state === '' ? '' : html`<input type="hidden" name="state" value="${filter.state}">`}
<button>Show</button>
</form>`;
}

function section(state: State, rows: readonly Row[], now: Date): Html | '' {
  if (rows.length === 0) return '';
  const heading = headingOf(stateWords[state].title, rows);
  switch (state) {
    case 'failing':
    case 'waiting':
    case 'stale':
      return html`<section id="${state}"><h2>${heading}</h2><ol class="rows">${rows.map((row) => wholeRow(row, home, now))}</ol></section>`;
    case 'running':
      return html`<section id="${state}"><h2>${heading}</h2><ul class="lines">${rows.map((row) => runningRow(row, home, now))}</ul></section>`;
    case 'never':
      return folded(state, rows, now);
    case 'ok': {
      const untested = rows.filter(({ users }) => users?.isHit);
      const shown =
        untested.length === 0
          ? ''
          : html`<section id="untested"><h2>${headingOf('let through without its test', untested)}</h2><ol class="rows">${untested.map((row) => wholeRow(row, home, now))}</ol></section>`;
      return html`${shown}${folded(
        state,
        rows.filter((row) => !untested.includes(row)),
        now,
      )}`;
    }
  }
}

function headingOf(title: string, rows: readonly Row[]): Html {
  return html`${title} <span class="many">${rows.length}</span>`;
}

/** What needs nobody. */
function folded(state: State, rows: readonly Row[], now: Date): Html | '' {
  if (rows.length === 0) return '';
  return html`<details class="section" id="${state}"><summary><h2>${headingOf(stateWords[state].title, rows)}</h2></summary><ul class="lines">${rows.map((row) => quietRow(row, home, now))}</ul></details>`;
}
