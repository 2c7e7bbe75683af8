/**
 * Every pattern of the function takes time in proportion to the text: one that does not is a way to hold the process up.
 * Each is tried on texts made of what it matches itself, repeated, so that a new pattern is tried without being listed.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import { rules } from '../../function/redact.ts';
import { escapeSequence } from '../../function/text.ts';
import { read, root } from '../support/documents.ts';
import { patternsIn } from './patterns.ts';

const longest = 1_000_000;
const milliseconds = 50;
// Beyond it nobody needs to know how long it takes.
const patience = 500;
// Of this thread: no other one that has the machine is the reason for as much.
const certain = 250;
const short = 20_000;
// Each call with a time limit starts a thread.
const atOnce = 25;

const files = readdirSync(join(root, 'function'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /(?<!\.d)\.ts$/.test(file))
  .map((file) => join('function', file));

const schemaPatterns = [
  ...read('function/flagger/payload.schema.json').matchAll(/"pattern": ("(?:[^"\\]|\\.)*")/g),
].map(([, text = '""']) => ({
  file: 'function/flagger/payload.schema.json',
  pattern: new RegExp(JSON.parse(text), 'u'),
}));

/** Those that are put together from names, by the file that exports them. */
const composed: Record<string, RegExp[]> = {
  'function/redact.ts': rules.map(([, pattern]) => pattern),
  'function/text.ts': [escapeSequence],
};
const composedPatterns = Object.entries(composed).flatMap(([file, patterns]) =>
  patterns.map((pattern) => ({ file, pattern })),
);

/** What is repeated, and what stands before it and after it. */
interface Pump {
  before: string;
  repeated: string;
  after: string;
}

function textOf({ before, repeated, after }: Pump, length: number): string {
  return `${before}${repeated.repeat(Math.ceil(length / repeated.length))}`.slice(0, length) + after;
}

const matcher = new Script('for (const text of texts) time(() => text.replace(new RegExp(pattern), ""))');
const context = createContext({});

/** Milliseconds of this thread, whatever else the machine does. */
function now(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The time for each text. The one in which patience ends is the last: Infinity, unless that much is certain. */
function timesOf(pattern: RegExp, texts: string[]): number[] {
  const took: number[] = [];
  let began = now();
  const time = (match: () => unknown) => {
    began = now();
    match();
    took.push(now() - began);
  };
  Object.assign(context, { pattern, texts, time });
  try {
    matcher.runInContext(context, { timeout: patience });
  } catch {
    const spent = now() - began;
    took.push(spent > certain ? spent : Number.POSITIVE_INFINITY);
  }
  return took;
}

function timeOf(pattern: RegExp, text: string): number {
  const [took = Number.POSITIVE_INFINITY] = timesOf(pattern, [text]);
  return took;
}

/** Texts that the pattern matches: as fast-check makes them, where it knows all of the pattern. */
function matching(pattern: RegExp): string[] {
  const known = pattern.source.replaceAll(/\(\?<[=!][^)]*\)|\\b|\\p\{\w+\}/g, '');
  try {
    return fc.sample(fc.stringMatching(new RegExp(known, pattern.flags.replace('y', ''))), { numRuns: 12, seed: 1 });
  } catch {
    return [];
  }
}

function pumpsOf(pattern: RegExp): Pump[] {
  const words = pattern.source.replaceAll(/\\(?=\W)/g, '').match(/[\w /:"-]{2,}/g) ?? [];
  const characters = [
    ...new Set([...pattern.source.replaceAll(/\\[a-zA-Z]|[\\()[\]{}?*+^$|]/g, ''), ...'a1 \n\u0007']),
  ];
  const plain = [...characters, ...words].flatMap((each) => [each, `a${each}`, `${each} `]);
  const simple = plain.map((repeated) => ({ before: '', repeated }));
  const mixed = words.flatMap((before) => [...' =:-."'].map((repeated) => ({ before, repeated })));
  const pumped = matching(pattern).flatMap((text) =>
    [0, 1, 2, text.length - 1].flatMap((from) =>
      [from + 1, from + 2, text.length].map((to) => ({ before: text.slice(0, from), repeated: text.slice(from, to) })),
    ),
  );
  const pumps = [...simple, ...mixed, ...pumped].filter(({ repeated }) => repeated !== '');
  const distinct = new Map(pumps.map((pump) => [JSON.stringify(pump), pump]));
  // The end fits no pattern, so that none is content with a match.
  return [...distinct.values()].map((pump) => ({ ...pump, after: '\u0001' }));
}

/** The slowest texts, found with short ones: a pattern that is not linear shows there already. */
function worst(pattern: RegExp): Pump[] {
  const timed: { pump: Pump; took: number }[] = [];
  for (let left = pumpsOf(pattern); left.length > 0; ) {
    const tried = left.slice(0, atOnce);
    const times = timesOf(
      pattern,
      tried.map((pump) => textOf(pump, short)),
    );
    for (const [index, together] of times.entries()) {
      const pump = tried[index];
      if (pump === undefined) break;
      const took = together > milliseconds ? timeOf(pattern, textOf(pump, short)) : together;
      if (took > milliseconds) return [pump];
      timed.push({ pump, took });
    }
    left = left.slice(times.length);
  }
  timed.sort((a, b) => b.took - a.took);
  return timed.slice(0, 3).map(({ pump }) => pump);
}

/** Of several times, as others may have the machine. */
function least(times: number, take: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let count = 0; count < times && best > milliseconds; count++) {
    const took = take();
    if (took > certain && Number.isFinite(took)) return took;
    best = Math.min(best, took);
  }
  return best;
}

function slowness(pattern: RegExp): string | undefined {
  for (const pump of worst(pattern)) {
    for (const length of [short, 100_000, longest]) {
      const text = textOf(pump, length);
      const took = least(4, () => timeOf(pattern, text));
      if (took > milliseconds) return `${took.toFixed(0)} ms for ${length} characters of ${JSON.stringify(pump)}`;
    }
  }
  return undefined;
}

describe('A megabyte of the worst text takes less than 50 ms with', function () {
  this.timeout(60_000);
  const found = [...patternsIn(files, Object.keys(composed)), ...composedPatterns, ...schemaPatterns];

  it('each pattern of function/, which are found', () => assert.ok(found.length > 40, `${found.length}`));

  const distinct = new Map(found.map((each) => [String(each.pattern), each]));
  for (const { file, pattern } of distinct.values()) {
    it(`${pattern} of ${file}`, () => assert.equal(slowness(pattern), undefined));
  }

  it('this test, which knows a slow pattern when it sees one', () => {
    for (const slow of [
      /(a+)+$/,
      /\s+$/,
      /\b[\w-]+=/g,
      /(?:a|a)*b/,
      /a claim .* not found/,
      /affinity\/selector.*taint/,
    ])
      assert.ok(slowness(slow), String(slow));
  });
});
