// The documents' tables are those of the code: answers, configuration, reasons and causes.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../function/config.ts';
import type { Fault } from '../../function/fault.ts';
import { asksToRetry, type Hook, hooks, statusOfFault, statusOfVerdict } from '../../function/hooks.ts';
import type { Verdict } from '../../function/verdict.ts';
import { causes, verdictOn } from '../unit/causes.ts';
import { read, root } from './documents.ts';

const readme = read('README.md');

/** The rows of the table between `<!-- name -->` and `<!-- /name -->` in a document, without their backticks. */
function table(name: string, file = 'README.md'): string[][] {
  const [, text] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(read(file)) ?? [];
  assert.ok(text !== undefined, `${file} has the markers ${name}`);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const source = (file: string): string => read(join('function', file));
const sources = readdirSync(join(root, 'function'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^(?!.*\.d\.ts$).*\.ts$/.test(file),
);

const faultKinds = [...source('fault.ts').matchAll(/^ {2}(\w+): true,$/gm)].map(([, kind]) => kind as Fault['kind']);
const capital = (kind: string): string => `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
const fault = (kind: Fault['kind']): Fault => ({ kind, message: '' });
const all: [path: string, hook: Hook][] = Object.entries(hooks);

describe("the README's tables of answers", () => {
  it('have each verdict on each hook that gates as hooks.ts has it', () => {
    const verdicts: Verdict[] = (['passed', 'failed', 'inconclusive', 'running'] as const).map((kind) => ({
      kind,
      reason: '',
      message: '',
    }));
    const expected = all.flatMap(([path, hook]) => {
      if (!('answers' in hook)) return [];
      const [passed, failed, inconclusive, running] = verdicts.map((verdict) => statusOfVerdict(hook, verdict, false));
      const held = verdicts.map((verdict) => statusOfVerdict(hook, verdict, true))[2];
      const starts = hook.asks === 'gate' ? 'yes' : 'only one asked for by hand';
      const statuses = [passed, failed, inconclusive, held, running].map(String);
      return [[path, starts, ...statuses, hook.phases.join(', ')]];
    });
    assert.deepEqual(table('answers'), expected);
  });

  it('have the hooks that gate nothing as hooks.ts has them', () => {
    const expected = all.flatMap(([path, hook]) => {
      if ('answers' in hook) return [];
      const own = Object.entries(hook.faults ?? {}).map(([kind, status]) => `${capital(kind)} ${status}`);
      return [[path, String(hook.done), own.join(', ') || 'none', hook.phases.join(', ') || 'anything']];
    });
    assert.deepEqual(table('notices'), expected);
  });

  it('have every fault at its status, and say which come with Retry-After', () => {
    const said = table('refusals').flatMap(([status, kinds = '']) => kinds.split(', ').map((kind) => [kind, status]));
    const expected = faultKinds.map((kind) => [capital(kind), String(statusOfFault(fault(kind), undefined))]);
    assert.ok(expected.length >= 12);
    assert.deepEqual(said.sort(), expected.sort());
    const statuses = [...new Set([...expected.map(([, status]) => Number(status)), 200, 202, 412, 424, 429, 500])];
    const retried = statuses.filter(asksToRetry).sort();
    assert.ok(readme.includes(`${retried.join(' and ')} come with \`Retry-After\``));
  });
});

describe("the README's table of the configuration", () => {
  const keys: Record<string, string> = {
    USE_IN_CLUSTER: 'inCluster',
    PORT: 'port',
    LOG_LEVEL: 'logLevel',
    RETRY_AFTER_SECONDS: 'retryAfterSeconds',
    AUTHENTICATE_PAYLOAD: 'authenticatesPayload',
    CALL_BUDGET_MS: 'callBudget',
  };

  it('names exactly the variables that are read, with their defaults', () => {
    const variables = [...source('config.ts').matchAll(/: (?:flag|oneOf|integer)\('(\w+)'|= flag\('(\w+)'/g)];
    assert.deepEqual(variables.map(([, a, b]) => a ?? b).sort(), Object.keys(keys).sort());
    const config = readConfig({ KUBERNETES_SERVICE_HOST: '10.96.0.1' });
    assert.ok(!('problems' in config));
    const defaults: Record<string, unknown> = { ...config };
    const said = table('configuration').map(([name, value]) => [name, value]);
    assert.deepEqual(
      said,
      Object.entries(keys).map(([name, key]) => [name, String(defaults[key])]),
    );
    assert.deepEqual(Object.keys(defaults).sort(), Object.values(keys).sort());
  });
});

/** The words in the places where the sources make a reason: named fields, first arguments, lists. */
function reasonsIn(text: string): string[] {
  const places = [
    ...text.matchAll(/\breason\s*[:=](?!=)\s*([^,;\n]+(?:\n\s+[?:][^,;\n]+)*)/g),
    ...text.matchAll(/\b(?:running|failed|inconclusive|done)\(\s*('\w+')/g),
    ...text.matchAll(/\bundecided\(\s*\w+,\s*('\w+')/g),
    ...text.matchAll(/: readonly string\[\] = \[([^\]]*)\]/g),
    ...text.matchAll(/('E2ETest\w+')/g),
  ];
  const words = places.flatMap(([, place = '']) =>
    [...place.matchAll(/'([A-Z][A-Za-z0-9]+)'/g)].map(([, word]) => word),
  );
  return words.filter((word) => word !== undefined);
}

describe("the README's table of reasons and that of docs/reasons.md", () => {
  // Kubernetes' own: the reason of a container's end, of a Job's and of a pod's condition, handed through as they are,
  // and that of a Warning.
  const handedThrough = [
    ...['OOMKilled', 'BackoffLimitExceeded', 'EvictionByEvictionAPI', 'PreemptionByScheduler'],
    ...['TerminationByKubelet', 'DeletionByTaintManager', 'DeletionByPodGC', 'BackOff'],
  ];
  const advised = [...source('verdict/advice.ts').matchAll(/^ {2}([A-Z]\w+):/gm)].map(([, word = '']) => word);
  const produced = new Set([...faultKinds.map(capital), ...advised, ...sources.map(source).flatMap(reasonsIn)]);
  const wordsOf = (rows: string[][]): string[] => rows.flatMap(([words = '']) => words.split(', '));
  const inReadme = (): string[] => wordsOf(table('reasons'));
  const inCauses = (): string[] => wordsOf(table('causes', 'docs/reasons.md'));
  const said = (): string[] => [...inReadme(), ...new Set(inCauses())];

  it('are held against the words in every place in which they are made', () => {
    const places = `
      return running('One', message);
      undecided(
        name,
        'Two',
      const reason = state.reason ?? 'Three';
      reason: left > 0 ? 'Four' : 'Five',
      const list: readonly string[] = ['Six'];
      if (reason === 'Seven') return failed(reason, 'Eight');
      const reason =
        last ? 'Nine' : name;`;
    assert.deepEqual(reasonsIn(places).sort(), ['Five', 'Four', 'Nine', 'One', 'Six', 'Three', 'Two']);
  });

  it('have every reason that the code can give', () => {
    assert.ok(produced.size > 40);
    assert.deepEqual(
      [...produced].filter((word) => !said().includes(word)),
      [],
    );
  });

  it('have no reason twice, and none that the code cannot give', () => {
    assert.deepEqual([...new Set(said())], said());
    assert.deepEqual(
      said().filter((word) => !produced.has(word) && !handedThrough.includes(word)),
      [],
    );
  });
});

describe('the table of docs/reasons.md', () => {
  interface Row {
    reason: string;
    sentence: string;
    says: RegExp;
    verdict: string;
  }
  const rows: Row[] = table('causes', 'docs/reasons.md').flatMap(([words = '', sentence = '', , verdict = '']) => {
    const pattern = sentence.split('…').map((part) => part.replaceAll(/[^\w\s]/g, '\\$&'));
    const says = new RegExp(`^${pattern.join('.*')}$`);
    return sentence === '' ? [] : words.split(', ').map((reason) => ({ reason, sentence, says, verdict }));
  });
  const judged = causes.map(async ({ fixture, later, verdict }) => {
    const found = JSON.parse(read(join('test/fixtures', `${fixture}.json`)));
    const { reason, message } = await verdictOn(found, later);
    return { fixture, verdict, reason, message: message.replaceAll('`', '') };
  });
  const fits = (row: Row, { verdict, reason, message }: Awaited<(typeof judged)[number]>): boolean =>
    row.reason === reason && row.verdict.includes(verdict) && row.says.test(message);

  it('has the sentence of every cause with its verdict', async () => {
    const missing = (await Promise.all(judged)).filter(
      (each) => each.verdict !== 'passed' && !rows.some((row) => fits(row, each)),
    );
    assert.deepEqual(missing, []);
  });

  it('has no sentence that no cause makes', async () => {
    const made = await Promise.all(judged);
    // Before anything is known: no fixture is that early.
    const invented = rows.filter((row) => row.reason !== 'Starting' && !made.some((each) => fits(row, each)));
    assert.deepEqual(
      invented.map(({ reason, sentence }) => `${reason}: ${sentence}`),
      [],
    );
  });
});
