// The webhooks that an installation with Helm prints, to be put into a Canary.
import type { Canary } from '../../../function/api/canary.ts';
import { lint } from '../../../function/lint/lint.ts';
import { at, parse } from '../documents.ts';

export interface Webhook {
  name: string;
  type: string;
  url: string;
  timeout: string;
  retries?: number;
}

export function webhooksIn(output: string): Webhook[] {
  const [, block = ''] = /^(spec:\n[\s\S]+?)\n\n/m.exec(output.slice(output.indexOf('NOTES:'))) ?? [];
  return at(parse(block)[0], 'spec', 'analysis', 'webhooks') as Webhook[];
}

/** What lint says of a Canary with them, whose E2ESpec has the default deadline. */
export function findingsOn(webhooks: Webhook[], retryAfterSeconds: number): string[] {
  const analysis = { interval: '10s', threshold: 3, iterations: 2, webhooks };
  const canary: Canary = {
    metadata: { name: 'my-app', namespace: 'default', uid: 'none' },
    spec: {
      provider: 'kubernetes',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'my-app' },
      service: { port: 8080 },
      analysis,
    },
  };
  const found = lint(canary, { specOf: () => ({ image: 'busybox:1.36' }), retryAfterSeconds });
  return found.map(({ message }) => message);
}
