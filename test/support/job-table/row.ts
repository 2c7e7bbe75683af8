/**
 * One row of the table that says what becomes of each field of an E2ESpec: checked on the manifest that the verifier
 * makes, and again on the Job that the API server stored.
 */
import assert from 'node:assert/strict';
import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import type { Spec } from '../../../function/api/e2espec.ts';
import type { Job, Wire } from '../../../function/api/kubernetes.ts';
import type { TargetKind } from './targets.ts';

/** What a Job was made for. */
export interface Scene {
  namespace: string;
  canary: string;
  canaryUid: string;
  checksum: string;
  rollout: string;
}

/** A Job, opened where the rows look. */
export interface View {
  job: Job;
  spec: NonNullable<Job['spec']>;
  pod: Wire<V1PodSpec>;
  /** The test's container. */
  test: Wire<V1Container>;
  scene: Scene;
}

export interface Row {
  title: string;
  spec?: Partial<Spec>;
  target?: TargetKind;
  /** The hook's own. */
  metadata?: Record<string, string>;
  /** The name of the Canary and its E2ESpec; default podinfo. */
  canary?: string;
  check(view: View): void;
}

export const image = 'busybox:1.36';

export function viewOf(job: Job, scene: Scene): View {
  const { spec } = job;
  const pod = spec?.template.spec;
  const test = pod?.containers[0];
  assert.ok(spec && pod && test);
  return { job, spec, pod, test, scene };
}

/** `whole` has all that `part` has; the API server may have filled in more. */
export function has(whole: object | undefined, part: object): void {
  assert.partialDeepStrictEqual(whole, part);
}

/** The value of a variable; an empty one is stored without a value. */
export function variable({ test }: View, name: string): string | undefined {
  const found = (test.env ?? []).filter((each) => each.name === name);
  assert.ok(found.length <= 1, `${found.length} variables ${name}`);
  return found[0] && (found[0].value ?? '');
}
