// The dashboard of knative/monitoring/: what Grafana would show of it, as far as its JSON says.
import assert from 'node:assert/strict';
import { dashboard, queries } from './monitoring.ts';

describe('The dashboard', () => {
  const { panels, templating } = dashboard;

  it('has panels that say what they show, fill its 24 columns, and lie nowhere over one another', () => {
    const squares = panels.flatMap(({ id, gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)} by ${id}`),
    );
    const places = squares.map((square) => square.replace(/ by .*$/, ''));
    assert.equal(new Set(places).size, places.length);
    const rows = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    assert.equal(places.length, 24 * rows);
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    for (const { title, description } of panels) assert.ok(title && description.endsWith('.'), title);
  });

  it('asks the data source and the namespaces that are chosen on it', () => {
    const variables = templating.list.map(({ name }) => name);
    assert.deepEqual(variables, ['datasource', 'namespace']);
    const uids = panels.flatMap(({ targets }) => targets.map(({ datasource }) => datasource.uid));
    assert.deepEqual([...new Set(uids)], ['$'.concat('{datasource}')]);
    for (const { expr } of queries) assert.match(expr, /\{namespace=~"\.\*"/, expr);
  });
});
