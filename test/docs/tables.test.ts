// The documents' tables are those of the code: answers, configuration, reasons and causes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readConfig } from '../../function/config.ts';
import { errorKinds } from '../../function/errors.ts';
import {
  asksToRetry,
  type Hook,
  hooks,
  isManualHook,
  isVerdictHook,
  type ManualHook,
  statusOfError,
  statusOfVerdict,
} from '../../function/flagger/hooks.ts';
import { documents } from '../../knative/build/documents.ts';
import { causes, verdictOn } from '../support/causes.ts';
import { read } from '../support/documents.ts';

const answers = 'docs/wire.md';
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

/** The rows of the table between `<!-- name -->` and `<!-- /name -->` in a document, without their backticks. */
function table(name: string, file: string): string[][] {
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
const all: [path: string, hook: Hook][] = Object.entries(hooks);

/** Open or done, closed, and who asks. */
function manualCells(hook: ManualHook): string[] {
  switch (hook.kind) {
    case 'fixed': {
      const status = String(hook.status);
      return hook.reason === 'Approved' ? [status, 'never', 'anybody'] : ['never', status, 'anybody'];
    }
    case 'check':
      return [String(hook.statuses.open), String(hook.statuses.closed), 'Flagger'];
    case 'order':
      return [String(hook.status), 'never', 'a person with a token'];
  }
}

describe('the tables of docs/wire.md', () => {
  it('have each verdict on each hook that gates as hooks.ts has it', () => {
    const kinds = ['passed', 'failed', 'inconclusive', 'running'] as const;
    const expected = all.flatMap(([path, hook]) => {
      if (!isVerdictHook(hook)) return [];
      const [passed, failed, inconclusive, running] = kinds.map((kind) => statusOfVerdict(hook, kind, false));
      const onHold = statusOfVerdict(hook, 'inconclusive', true);
      const starts = hook.kind === 'gate' ? 'yes' : 'only one asked for by hand';
      const statuses = [passed, failed, inconclusive, onHold, running].map(String);
      return [[path, starts, ...statuses, hook.phases.join(', ')]];
    });
    assert.deepEqual(table('answers', answers), expected);
  });

  it('have the hooks that gate nothing as hooks.ts has them', () => {
    const expected = all.flatMap(([path, hook]) => {
      if (isVerdictHook(hook) || isManualHook(hook)) return [];
      const own = Object.entries(hook.errors ?? {}).map(([kind, status]) => `${kind} ${status}`);
      return [[path, String(hook.status), own.join(', ') || 'none', hook.phases.join(', ') || 'anything']];
    });
    assert.deepEqual(table('notices', answers), expected);
  });

  it('have the gates that a person opens as hooks.ts has them', () => {
    const expected = all.flatMap(([path, hook]) => {
      if (!isManualHook(hook)) return [];
      return [[path, ...manualCells(hook), hook.phases.join(', ') || 'anything']];
    });
    assert.deepEqual(table('manual', answers), expected);
  });

  it('have every error at its status, and say which come with Retry-After', () => {
    const said = table('refusals', answers).flatMap(([status, kinds = '']) =>
      kinds.split(', ').map((kind) => [kind, status]),
    );
    const expected = errorKinds.map((kind) => [kind, String(statusOfError(kind, undefined))]);
    assert.ok(expected.length >= 12);
    assert.deepEqual(said.sort(), expected.sort());
    const statuses = [...new Set([...expected.map(([, status]) => Number(status)), 200, 202, 412, 424, 429, 500])];
    const retried = statuses.filter(asksToRetry).sort();
    assert.ok(oneLine(read(answers)).includes(`${retried.join(' and ')} come with \`Retry-After\``));
  });
});

describe('the table of the configuration in docs/install.md', () => {
  const keys: Record<string, string> = {
    USE_IN_CLUSTER: 'inCluster',
    PORT: 'port',
    LOG_LEVEL: 'logLevel',
    RETRY_AFTER_SECONDS: 'retryAfterSeconds',
    AUTHENTICATE_PAYLOAD: 'authenticatesPayload',
    CALL_BUDGET_MS: 'callBudget',
    MAX_CALLS_IN_FLIGHT: 'callsInFlight',
    LOG_URL_TEMPLATE: 'logUrlTemplate',
    STATUS_URL: 'statusUrl',
  };

  /** Of the sink, which is nowhere by default. */
  const ofSink = ['NOTIFY_URL', 'K_SINK', 'K_CE_OVERRIDES'];

  it('names exactly the variables that are read, with their defaults', () => {
    const variables = [
      ...source('config.ts').matchAll(/: (?:flag|oneOf|integer|template|address)\('(\w+)'|= flag\('(\w+)'/g),
    ];
    assert.deepEqual(variables.map(([, a, b]) => a ?? b).sort(), Object.keys(keys).sort());
    const config = readConfig({ KUBERNETES_SERVICE_HOST: '10.96.0.1' });
    const defaults: Record<string, unknown> = { ...config };
    const said = table('configuration', 'docs/install.md').map(([name, value]) => [name, value]);
    assert.deepEqual(said, [
      ...Object.entries(keys).map(([name, key]) => [name, defaults[key] === '' ? 'none' : String(defaults[key])]),
      ...ofSink.map((name) => [name, 'none']),
    ]);
    for (const name of ofSink) assert.ok(source('config.ts').includes(`'${name}'`), name);
    assert.deepEqual(Object.keys(defaults).sort(), Object.values(keys).sort());
  });
});

describe('what npm run generate makes', () => {
  for (const { file, text } of documents())
    it(`is in ${file}`, () => assert.equal(read(file), text, 'run npm run generate'));
});

describe('the tables of reasons', () => {
  const words = (rows: string[][]): string[] => rows.map(([word = '']) => word);

  it('name every reason that a cause gives, and none twice', () => {
    const known = words(table('reasons', 'docs/reasons.md'));
    assert.deepEqual([...new Set(known)], known);
    assert.deepEqual(
      words(table('causes', 'docs/reasons.md')).filter((word) => !known.includes(word)),
      [],
    );
  });
});

describe('the sentences of docs/reasons.md', () => {
  interface Row {
    reason: string;
    sentence: string;
    says: RegExp;
    verdict: string;
  }
  const rows: Row[] = table('causes', 'docs/reasons.md').flatMap(([words = '', sentence = '', verdict = '']) => {
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
