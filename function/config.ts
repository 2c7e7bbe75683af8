/**
 * The environment, read and checked once at start.
 */
import { withoutLastSlashes } from './text.ts';
export interface Config {
  /** The API server of the pod's own cluster, or of the current kubeconfig. */
  inCluster: boolean;
  port: number;
  logLevel: LogLevel;
  /** Seconds after which Flagger is to ask again. */
  retryAfterSeconds: number;
  /** Whether a payload must fit a live Canary. */
  authenticatesPayload: boolean;
  /** Milliseconds for one webhook call; Flagger's own default is 10000. */
  callBudget: number;
  /** Calls at once; more are told to come again. */
  callsInFlight: number;
  /** Where the log of a test's pod is kept, with words in braces; empty for nowhere. */
  logUrlTemplate: string;
  /** Where people find the page, without a slash at its end; empty for nowhere. */
  statusUrl: string;
  /** Where CloudEvents go; nothing where nobody wants any. */
  sink?: Sink;
}

export interface Sink {
  /** What names it. Its value may hold a password, and is in no log. */
  variable: 'NOTIFY_URL' | 'K_SINK';
  url: string;
  /** Attributes that every CloudEvent gets, as Knative's SinkBinding asks for. */
  extensions: Record<string, string>;
}

// Characters: an Event has room for 1024 bytes, and its words come first.
const longestStatusUrl = 200;

const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Throws all that is wrong, one sentence each. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = [];

  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = env[name];
    const found = allowed.find((each) => each === value);
    if (value !== undefined && value !== '' && found === undefined) {
      problems.push(`${name} is "${value}"; it must be ${allowed.join(' or ')}`);
    }
    return found ?? fallback;
  };
  const flag = (name: string, fallback: boolean) =>
    oneOf(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  const integer = (name: string, fallback: number, least: number, most: number): number => {
    const value = env[name] || String(fallback);
    const number = Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    problems.push(`${name} is "${value}"; it must be a whole number from ${least} to ${most}`);
    return fallback;
  };

  const template = (name: string): string => {
    const value = env[name] ?? '';
    const problem = templateProblem(value);
    if (problem !== undefined) problems.push(`${name} ${problem}`);
    return value;
  };

  const address = (name: string): string => {
    const value = env[name] ?? '';
    const isAddress = /^https?:\/\/[^\s?#]+$/.test(value) && value.length <= longestStatusUrl && URL.canParse(value);
    if (value !== '' && !isAddress) {
      problems.push(`${name} is "${value}"; it must begin with http:// or https://, and have no ? and no #`);
    }
    return withoutLastSlashes(value);
  };

  const inCluster = flag('USE_IN_CLUSTER', true);
  const config = {
    inCluster,
    port: integer('PORT', 8080, 0, 65535),
    logLevel: oneOf('LOG_LEVEL', logLevels, 'info'),
    retryAfterSeconds: integer('RETRY_AFTER_SECONDS', 10, 1, 60),
    authenticatesPayload: flag('AUTHENTICATE_PAYLOAD', inCluster),
    callBudget: integer('CALL_BUDGET_MS', 8000, 500, 60000),
    callsInFlight: integer('MAX_CALLS_IN_FLIGHT', 1000, 1, 10000),
    logUrlTemplate: template('LOG_URL_TEMPLATE'),
    statusUrl: address('STATUS_URL'),
  };
  if (inCluster && !env['KUBERNETES_SERVICE_HOST']) {
    problems.push(
      'KUBERNETES_SERVICE_HOST is not set, so this is not a pod; USE_IN_CLUSTER=false uses your kubeconfig',
    );
  }
  const sink = readSink(env, problems);
  if (problems.length > 0) throw new Error(problems.join('. '));
  return { ...config, ...(sink && { sink }) };
}

/** https://knative.dev/docs/eventing/custom-event-source/sinkbinding/ has K_SINK and K_CE_OVERRIDES. */
function readSink(env: Record<string, string | undefined>, problems: string[]): Sink | undefined {
  const variable = env['NOTIFY_URL'] ? 'NOTIFY_URL' : 'K_SINK';
  const url = env[variable];
  if (!url) return undefined;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    problems.push(`${variable} is not an http:// or https:// URL; say where to post CloudEvents, or leave it empty`);
  }
  const extensions = readExtensions(env['K_CE_OVERRIDES'] || '{}');
  if (extensions === undefined) {
    problems.push(
      'K_CE_OVERRIDES must be JSON as {"extensions": {"cluster": "eu-1"}}, with names of lower-case letters and digits',
    );
  }
  return { variable, url, extensions: extensions ?? {} };
}

function readExtensions(text: string): Record<string, string> | undefined {
  try {
    const { extensions = {} } = Object(JSON.parse(text));
    const entries = Object.entries(extensions);
    const areGood = entries.every(([name, value]) => /^[a-z\d]+$/.test(name) && typeof value === 'string');
    return areGood ? Object.fromEntries(entries.map(([name, value]) => [name, String(value)])) : undefined;
  } catch {
    return undefined;
  }
}

/** What a template of a log's address may name. */
export const logUrlWords = ['namespace', 'pod', 'job', 'container', 'from', 'to', 'fromMs', 'toMs'] as const;

function templateProblem(template: string): string | undefined {
  if (template === '') return undefined;
  const words = logUrlWords.map((word) => `{${word}}`);
  const unknown = template.match(/\{[^{}]*\}?/g)?.find((each) => !words.includes(each));
  if (unknown !== undefined) return `names ${unknown}; it may name ${words.join(', ')}`;
  const isAddress = /^https?:\/\//.test(template) && URL.canParse(template);
  return isAddress ? undefined : 'is not an address; it must begin with http:// or https://';
}
