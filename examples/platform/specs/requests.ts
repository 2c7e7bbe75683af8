// HTTP requests to pods and Services, each timed and counted.
import { causeOf, type Look, until } from './api.ts';
import { type Pod, port } from './deployments.ts';
import { Problem } from './problem.ts';
import type { Service } from './services.ts';
import { settings } from './settings.ts';
import { statsd } from './statsd.ts';

type Asked = 'pod' | 'service';

export const userAgent = 'e2etestapp-bot/1';
const longestAnswer = 5000;
const again = settings.replicas * 2;

export interface Answer {
  url: string;
  status: number;
  text: string;
}

const urlOf = (ip: string, at: number): string => `http://${ip.includes(':') ? `[${ip}]` : ip}:${at}/`;
const get = (url: string): Promise<Response> =>
  fetch(url, { headers: { 'User-Agent': userAgent }, signal: AbortSignal.timeout(longestAnswer) });

/** Throws where nothing answers; whatever answers is an answer. `expected`: for the count of wrong responses. */
async function request(asked: Asked, url: string, expected: string): Promise<Answer> {
  const begin = performance.now();
  try {
    const response = await get(url);
    const [status, text] = [response.status, await response.text()];
    statsd.timing(asked, 'http_get', performance.now() - begin);
    statsd.http(asked, status === 200 && text !== expected ? 'wrong_response' : String(status));
    return { url, status, text };
  } catch (error) {
    statsd.http(asked, 'connection_error');
    throw new Problem(asked, 'k8s', 'connection_error', `${url}: ${causeOf(error)}`);
  }
}

export async function requestPods(pods: Pod[], expected: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { status } of pods) answers.push(await request('pod', urlOf(status.podIP ?? '', port), expected));
  return answers;
}

/** Once, as soon as the nodes know of the Service, which its endpoints do not say. */
export async function requestService({ spec }: Service, expected: string): Promise<Answer[]> {
  const url = urlOf(spec.clusterIP, 80);
  const wait = { resource: 'service', area: 'timeout', error: 'waiting_on_endpoints', what: `${url} answers` } as const;
  await until(wait, async (): Promise<Look<true>> => {
    try {
      await (await get(url)).text();
      return { found: true };
    } catch (error) {
      return { instead: causeOf(error) };
    }
  });
  return [await request('service', url, expected)];
}

/** N*2 times each, at its address and by its name. */
export async function requestServiceOften({ spec }: Service, expected: string): Promise<void> {
  const byName = `http://${settings.service}.${settings.namespace}.svc/`;
  for (const url of [urlOf(spec.clusterIP, 80), byName])
    for (let times = 0; times < again; times++) check('service', [await request('service', url, expected)], expected);
}

/** Throws where there is none, and where one is another than expected. */
export function check(asked: Asked, answers: Answer[], expected: string): void {
  if (answers.length === 0) throw new Problem(asked, 'k8s', 'wrong_response', 'there is no answer');
  for (const { url, status, text } of answers) {
    if (status === 200 && text === expected) continue;
    const said = `${status} ${JSON.stringify(text.slice(0, 100))}`;
    throw new Problem(asked, 'k8s', 'wrong_response', `${url} answers ${said}, not 200 ${JSON.stringify(expected)}`);
  }
}
