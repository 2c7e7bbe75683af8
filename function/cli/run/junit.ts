/**
 * A verdict as JUnit XML, as CI systems read it. A test hands over how many passed and which failed, so that those that passed
 * are one test case here, and their number a property.
 * https://github.com/testmoapp/junitxml
 */
import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Verdict } from '../../api/verdict.ts';
import { oneLine } from '../../text.ts';
import { secondsOf } from '../../verdict/seconds.ts';
import type { Failure } from '../follow/failures.ts';
import { CannotRun, messageOf } from '../problem.ts';

export interface JUnitResult {
  name: string;
  namespace: string;
  verdict: Pick<Verdict, 'kind' | 'reason' | 'message' | 'counts' | 'ran'>;
  failures: readonly Failure[];
}

/** Throws before the test runs what would keep its result from being written. */
export async function refuseUnwritable(file: string): Promise<void> {
  await access(dirname(file), constants.W_OK).catch((error: unknown) => {
    throw new CannotRun(`the JUnit file ${file} cannot be written: ${messageOf(error)}`);
  });
}

export async function writeJUnit(file: string, result: JUnitResult): Promise<void> {
  await writeFile(file, toJUnit(result)).catch((error: unknown) => {
    throw new CannotRun(`the JUnit file ${file} cannot be written: ${messageOf(error)}`);
  });
}

export function toJUnit(result: JUnitResult): string {
  const { name, namespace, verdict } = result;
  const suite = `${namespace}/${name}`;
  const cases = casesOf(result);
  const time = verdict.ran === undefined ? {} : { time: secondsOf(verdict.ran) };
  const sums = {
    tests: cases.length,
    failures: cases.filter(({ kind }) => kind === 'failure').length,
    errors: cases.filter(({ kind }) => kind === 'error').length,
    ...time,
  };
  const properties = Object.entries({ reason: verdict.reason, ...verdict.counts }).map(
    ([key, value]) => `      <property${attributes({ name: key, value: String(value) })}/>`,
  );
  const began = verdict.ran === undefined ? {} : { timestamp: verdict.ran.startedAt };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'e2e', ...sums })}>`,
    `  <testsuite${attributes({ name: suite, ...sums, ...began })}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...cases.map((each) => element(suite, each)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

interface Case {
  name: string;
  kind: 'passed' | 'failure' | 'error';
  type: string;
  message: string;
}

function casesOf({ name, verdict, failures }: JUnitResult): Case[] {
  const { kind, reason: type, message, counts } = verdict;
  const all: Case = { name, kind: caseKinds[kind], type, message };
  if (kind !== 'failed' || failures.length === 0) return [all];
  const named = failures.map((each): Case => {
    return { name: each.name, kind: 'failure', type, message: each.message ?? 'it failed' };
  });
  const left = (counts?.failed ?? 0) - failures.length;
  const rest: Case = {
    ...all,
    name: `${name}: ${left} more`,
    message: 'their names are not in the result of the test',
  };
  return left > 0 ? [...named, rest] : named;
}

const caseKinds = { passed: 'passed', failed: 'failure', inconclusive: 'error', running: 'error' } as const;

function element(classname: string, { name, kind, type, message }: Case): string {
  const head = `    <testcase${attributes({ classname, name })}>`;
  const clean = oneLine(message);
  if (kind === 'passed') return `${head}\n      <system-out>${escaped(clean)}</system-out>\n    </testcase>`;
  return `${head}\n      <${kind}${attributes({ type, message: clean })}>${escaped(clean)}</${kind}>\n    </testcase>`;
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(oneLine(String(value)))}"`)
    .join('');
}

// What may not stand in XML 1.0, in whatever way it is written: https://www.w3.org/TR/xml/#charsets
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escaped(text: string): string {
  return text.replace(forbidden, '').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
