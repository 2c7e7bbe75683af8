/**
 * What the payload of a webhook would be refused for, or misunderstood.
 */
import type { Canary, Webhook } from '../api/canary.ts';
import { isObjectName } from '../api/names.ts';
import { identityProblem, metadataProblem, metadataVariable } from '../flagger/payload.ts';
import { isSameWord, isSlipOf, looksLike } from '../looks-like.ts';
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
  const say = (severity: Finding['severity'], message: string, ...path: string[]): Finding => {
    return { severity, webhook: name, at: inWebhook(canary, index, 'metadata', ...path), message };
  };
  const findings: Finding[] = [];
  const misspelt = misspeltKey(metadata, canary, input);
  const doubtful = misspelt === undefined ? doubtfulKey(metadata) : undefined;
  if (misspelt !== undefined) {
    const message = `${handed(misspelt)}. Write e2espec: ${metadata[misspelt]}`;
    findings.push(say('error', message, misspelt));
  } else if (doubtful !== undefined) {
    const value = String(metadata[doubtful]);
    const message = `${handed(doubtful)}. If one is meant, write e2espec${isObjectName(value) ? `: ${value}` : ' and its name'}`;
    findings.push(say('advice', message, doubtful));
  }
  const keys = Object.keys(metadata);
  const token = keys.find((key) => key !== 'token' && isSameWord(key, 'token'));
  if (token !== undefined) {
    const message = `metadata.${token} is handed to the test, and can be read in its pod. Write token, which is not`;
    findings.push(say('advice', message, token));
  }
  for (const right of ['eventMessage', 'eventType']) {
    const key = keys.find((each) => each !== right && isSameWord(each, right));
    if (key === undefined || Object.hasOwn(metadata, right)) continue;
    const message = `metadata.${key} is handed to the test as ${metadataVariable(key)}, and makes a run of its own. If the event's is meant, write ${right}`;
    findings.push(say('advice', message, key));
  }
  const problem = metadataProblem(metadata);
  return problem === undefined ? findings : [...findings, say('error', problem)];
}

function handed(key: string): string {
  return `metadata.${key} names no E2ESpec: it is handed to the test`;
}

/** Whether its key names an E2ESpec, or is a letter away, and its value may be the name. */
export function namesE2ESpec(metadata: Webhook['metadata'] = {}): boolean {
  const isOne = (key: string) => isSame(key) || isSlipOf(key, 'e2espec');
  return Object.entries(metadata).some(([key, value]) => key === 'e2espec' || (isOne(key) && canBeName(value)));
}

/** The key that was meant to be `e2espec`: one in other letters, or one that is near and names an E2ESpec at hand. */
export function misspeltKey(
  metadata: Record<string, string>,
  canary: Canary,
  { specOf, specNames }: LintInput,
): string | undefined {
  if (Object.hasOwn(metadata, 'e2espec')) return undefined;
  const isThere = (name: string) => specNames?.includes(name) || specOf(name) !== undefined;
  // The Canary's own is asked for as it is.
  const named = Object.keys(metadata).filter(
    (key) => canBeName(metadata[key]) && metadata[key] !== canary.metadata.name,
  );
  const isMeant = (key: string) => isThere(String(metadata[key])) && (isNear(key) || isSameWord(key, 'spec'));
  return named.find(isSame) ?? named.find(isMeant);
}

/** One that may be meant. Of a word that is but near, a value that is no name says that it is not. */
function doubtfulKey(metadata: Record<string, string>): string | undefined {
  if (Object.hasOwn(metadata, 'e2espec')) return undefined;
  return Object.keys(metadata).find((key) => isSame(key) || (isNear(key) && canBeName(metadata[key])));
}

function canBeName(value: unknown): boolean {
  return isObjectName(String(value));
}

function isSame(key: string): boolean {
  return isSameWord(key, 'e2espec') || isSameWord(key, 'e2eSpecName');
}

function isNear(key: string): boolean {
  return isSame(key) || looksLike(key, 'e2espec');
}
