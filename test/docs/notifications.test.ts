/**
 * What docs/monitoring.md says of CloudEvents is what the code sends, and its recipes are of the size and the shape they say.
 */
import assert from 'node:assert/strict';
import { CloudEvent } from 'cloudevents';
import { readConfig } from '../../function/config.ts';
import { at, parse, read } from '../support/documents.ts';

const document = read('docs/monitoring.md');
const source = read('function/sink/notice.ts');

function rowsOf(table: string): string[] {
  const [, text = ''] = new RegExp(`<!-- ${table} -->([\\s\\S]*?)<!-- /${table} -->`).exec(document) ?? [];
  return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
}

/** The YAML block behind the comment that says why it is no object. */
function fragment(why: string): unknown {
  const [, text = ''] =
    new RegExp(`<!-- fragment: ${why}[^>]* -->\\s+\`\`\`yaml\\n([\\s\\S]*?)\`\`\``).exec(document) ?? [];
  return parse(text)[0];
}

describe('The CloudEvents of docs/monitoring.md', () => {
  it('has every type of CloudEvent, and no other', () => {
    const types = [...source.matchAll(/\| '([\w.]+)'/g)].map(([, type = '']) => type);
    assert.equal(types.length, 7);
    assert.deepEqual(rowsOf('types'), types);
  });

  it('has every field of the data, and no other', () => {
    const [, fields = ''] = /interface NoticeData \{([\s\S]*?)\n\}/.exec(source) ?? [];
    const names = [...fields.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name = '']) => name);
    assert.ok(names.length > 10);
    assert.deepEqual(rowsOf('data'), names);
  });

  it('shows one with fields and a type that there are', () => {
    const [, text = ''] = /```json\n([\s\S]*?)```/.exec(document) ?? [];
    const event = JSON.parse(text);
    assert.ok(rowsOf('types').includes(event.type));
    const unknown = Object.keys(event.data).filter((name) => !rowsOf('data').includes(name));
    assert.deepEqual(unknown, []);
    assert.doesNotThrow(() => new CloudEvent(event));
  });

  const isReference = { name: 'NOTIFY_URL', valueFrom: { secretKeyRef: { name: 'e2e-notify', key: 'url' } } };

  it('has a patch that gives the verifier its sink from a Secret', () => {
    const patches = at(fragment('part of a kustomization over knative/'), 'patches', 0);
    const operation = at(parse(String(at(patches, 'patch'))), 0, 0);
    assert.deepEqual(at(patches, 'target'), { kind: 'Service', name: 'e2e-verifier' });
    assert.deepEqual(at(operation, 'value'), isReference);
    const [service] = parse(read('knative/base/service.yaml'));
    const path = String(at(operation, 'path')).split('/').slice(1, -1);
    const env = at(service, ...path.map((each) => (/^\d+$/.test(each) ? Number(each) : each)));
    assert.ok(Array.isArray(env));
  });

  it('has the same as a value of the chart', () => {
    assert.deepEqual(at(fragment('values of the Helm chart'), 'extraEnv'), [isReference]);
  });

  it('has overrides that the function takes', () => {
    const [, overrides] = /`(\{"extensions".*?\}\})`/.exec(document) ?? [];
    const config = readConfig({ USE_IN_CLUSTER: 'false', K_SINK: 'http://broker', K_CE_OVERRIDES: overrides });
    assert.deepEqual(config.sink?.extensions, { cluster: 'eu-1' });
  });

  it('says how long the bridge is', () => {
    const lines = read('examples/notifications/bridge.mjs').trimEnd().split('\n').length;
    assert.ok(document.includes(`is ${lines} lines of plain Node.js`), `${lines} lines`);
  });
});
