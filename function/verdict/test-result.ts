/**
 * What a test hands over about itself: a small JSON as its container's termination message, `/dev/termination-log`.
 * JUnit XML does not fit there: https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
import type { Counts } from '../api/verdict.ts';

interface Failure {
  name: string;
  message?: string;
}

export interface TestResult {
  counts: Counts;
  /** How many passed at a second try. */
  flaky: number;
  failures: Failure[];
}

/** `unreadable`: meant as a result, but what it says cannot be known. */
type ReadTestResult =
  /** `output`: what else it says. */
  | { kind: 'nothing'; output: string }
  | { kind: 'result'; result: TestResult }
  | { kind: 'unreadable'; message: string };

// What Kubernetes keeps of one container's message: the end of the file.
const longestMessage = 4096;
const largestCount = 1_000_000_000;

/** The result in a termination message; any other text is none. */
export function readTestResult(message: string): ReadTestResult {
  const text = message.trim();
  if (!text.startsWith('{')) {
    const isCut = Buffer.byteLength(message) >= longestMessage && text.endsWith('}');
    return isCut
      ? unreadable(`it is longer than the ${longestMessage} bytes that Kubernetes keeps`)
      : { kind: 'nothing', output: message };
  }
  const body = parse(text);
  if (!isObject(body)) return unreadable('it is not whole JSON');
  return hasLinksAlone(body) ? { kind: 'nothing', output: '' } : readCounts(body);
}

function hasLinksAlone({ total, failed, links }: Record<string, unknown>): boolean {
  return total === undefined && failed === undefined && links !== undefined;
}

function readCounts(body: Record<string, unknown>): ReadTestResult {
  const { total, passed, failed, skipped, flaky = 0 } = body;
  if (!isCount(total) || !isCount(failed)) return unreadable('total and failed must be whole numbers');
  if (!isCountOrAbsent(passed) || !isCountOrAbsent(skipped))
    return unreadable('passed and skipped must be whole numbers');
  if (!isCount(flaky)) return unreadable('flaky must be a whole number');
  if (failed + (passed ?? 0) + (skipped ?? 0) > total) return unreadable(`it counts more than its total of ${total}`);
  const counts: Counts = {
    total,
    ...(passed !== undefined && { passed }),
    failed,
    ...(skipped !== undefined && { skipped }),
  };
  return { kind: 'result', result: { counts, flaky, failures: failuresOf(body['failures']) } };
}

/** `3 of 42 failed in 12 s: checkout rejects an expired card (expected 402, got 200); ...` `time`: such as ` in 12 s`. */
export function summarize(result: TestResult, time = ''): string {
  const { total, failed } = result.counts;
  if (failed === 0) return `its own result says that none of ${total} failed; its log says more`;
  return `${failed} of ${total} failed${time}${failuresInWords(result)}`;
}

/** Those of a result without a test say why there is none. */
export function failuresInWords({ failures }: TestResult): string {
  const named = failures.map(({ name, message }) => (message ? `${name} (${message})` : name));
  return named.length === 0 ? '' : `: ${named.join('; ')}`;
}

/** How many tests ran and passed. */
export function passedCount({ total, passed, failed, skipped = 0 }: Counts): number {
  return passed ?? total - failed - skipped;
}

function unreadable(why: string): ReadTestResult {
  return { kind: 'unreadable', message: `its result cannot be read: ${why}` };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largestCount;
}

function isCountOrAbsent(value: unknown): value is number | undefined {
  return value === undefined || isCount(value);
}

function failuresOf(value: unknown): Failure[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown) => {
    if (!isObject(each) || typeof each['name'] !== 'string') return [];
    const { name, message } = each;
    return [typeof message === 'string' ? { name, message } : { name }];
  });
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
