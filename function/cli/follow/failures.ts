/**
 * The single tests that have failed, as the newest pod's test has handed them over.
 */
import type { Pod } from '../../api/kubernetes.ts';
import { newestFirst } from '../../verdict/conditions.ts';
import { stateOf } from '../../verdict/proof.ts';
import { readTestResult, type TestResult } from '../../verdict/test-result.ts';

export type Failure = TestResult['failures'][number];

export function failuresIn(pods: Pod[]): Failure[] {
  const [end] = newestFirst(pods).flatMap((pod) => stateOf(pod)?.terminated ?? []);
  const read = readTestResult(end?.message ?? '');
  return read.kind === 'result' ? read.result.failures : [];
}
