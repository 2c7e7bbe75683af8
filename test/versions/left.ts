/**
 * What a version of the verifier has left behind at a moment of a rollout.
 */
import { join } from 'node:path';
import type { CanaryPayload } from '../support/canary.ts';
import { root } from '../support/documents.ts';
import type { KubernetesObject } from '../support/kubernetes.ts';
import type { Answered } from '../support/verifier.ts';

export const versionsFolder = join(root, 'test/fixtures/versions');

export interface Left {
  title: string;
  /** The API server's time. */
  at: string;
  payload: CanaryPayload;
  objects: KubernetesObject[];
  /** Status and reason of what that version itself answered next, by path. */
  answers: Record<string, string>;
  /** The verdicts on record after that, newest first. */
  records: string[];
}

/** Status and reason of an answer: in the rest of it seconds pass. */
export function word({ status, body }: Pick<Answered, 'status' | 'body'>): string {
  return `${status} ${/^\w*/.exec(body)?.[0]}`;
}
