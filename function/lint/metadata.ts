/**
 * What the payload of a webhook would be refused for, or misunderstood.
 */
import type { Canary, Webhook } from '../api/canary.ts';
import { isObjectName } from '../api/names.ts';
import { identityProblem, metadataProblem } from '../flagger/payload.ts';
import { isSameWord, looksLike } from './looks-like.ts';
import { inCanary, inWebhook } from './place.ts';
import type { Finding, LintInput, MeantWebhook } from './rules.ts';

/** Or every call of its hooks gets 400. */
export function checkIdentity(canary: Canary): Finding[] {
  // A file need not say it.
  const { name, namespace = 'default' } = canary.metadata;
  const problem = identityProblem({ name, namespace });
  if (problem === undefined) return [];
  const { field, message } = problem;
  return [{ severity: 'error', at: inCanary(canary, 'metadata', field), message: `metadata.${message}` }];
}

export function checkMetadata(each: MeantWebhook, canary: Canary, input: LintInput): Finding[] {
  const { webhook, index } = each;
  const { name, metadata = {} } = webhook;
  const misspelt = misspeltKey(metadata, canary, input);
  const say = (severity: Finding['severity'], message: string, ...path: string[]): Finding => {
    return { severity, webhook: name, at: inWebhook(canary, index, 'metadata', ...path), message };
  };
  const findings: Finding[] = [];
  if (misspelt !== undefined) {
    const value = String(metadata[misspelt]);
    const right = isObjectName(value) ? `e2espec: ${value}` : 'e2espec';
    const message = `metadata.${misspelt} names no E2ESpec: it is handed to the test. Write ${right}`;
    findings.push(say('error', message, misspelt));
  }
  const token = Object.keys(metadata).find((key) => key !== 'token' && isSameWord(key, 'token'));
  if (token !== undefined) {
    const message = `metadata.${token} is handed to the test, and can be read in its pod. Write token, which is not`;
    findings.push(say('advice', message, token));
  }
  const problem = metadataProblem(metadata);
  return problem === undefined ? findings : [...findings, say('error', problem)];
}

/** Whether its key names an E2ESpec, or nearly. */
export function namesE2ESpec(metadata: Webhook['metadata'] = {}): boolean {
  return Object.keys(metadata).some((key) => looksLike(key, 'e2espec'));
}

/** The key that was meant to be `e2espec`. `spec` may be a word of the test's own: so it is one only where it names an E2ESpec. */
export function misspeltKey(
  metadata: Record<string, string>,
  canary: Canary,
  { specOf, specNames }: LintInput,
): string | undefined {
  if (Object.hasOwn(metadata, 'e2espec')) return undefined;
  const isThere = (name: string) => specNames?.includes(name) || specOf(name) !== undefined;
  const isMeant = (value: string) => isObjectName(value) && (isThere(value) || value === canary.metadata.name);
  const near = Object.keys(metadata).find((key) => looksLike(key, 'e2espec'));
  return near ?? Object.keys(metadata).find((key) => isSameWord(key, 'spec') && isMeant(String(metadata[key])));
}
