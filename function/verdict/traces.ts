/**
 * What is left to look at when a run's pod is gone: links that its containers have handed over, and where its log is kept.
 * They are words, and change no verdict.
 */
import type { Job, Pod } from '../api/kubernetes.ts';
import { testContainer } from '../api/labels.ts';
import type { Link, Verdict } from '../api/verdict.ts';
import type { logUrlWords } from '../config.ts';
import { oneLine } from '../text.ts';
import { newestFirst } from './conditions.ts';
import { isNativeSidecar } from './containers.ts';
import { stateOf } from './proof.ts';
import { isObject, parse } from './test-result.ts';

const most = 5;
// Characters of an address, and bytes of its name.
const longestUrl = 512;
const longestName = 60;

/** The verdict with what its newest pod has handed over. */
export function withTraces(verdict: Verdict, pods: Pod[]): Verdict {
  const pod = newestFirst(pods).find(hasEnded);
  if (pod === undefined || verdict.kind === 'running') return verdict;
  const given = messagesOf(pod).flatMap(linksIn);
  const links = given.flatMap((each) => linkOf(each) ?? []).slice(0, most);
  const left = given.length - links.length;
  const note = `; ${left} of its links ${left === 1 ? 'is' : 'are'} left out: there may be ${most}, each with a name and an http(s) URL of at most ${longestUrl} characters`;
  const { name } = pod.metadata ?? {};
  return {
    ...verdict,
    ...(left > 0 && { message: verdict.message + note }),
    ...(name !== undefined && { pod: name }),
    ...(links.length > 0 && { links }),
  };
}

function hasEnded(pod: Pod): boolean {
  return stateOf(pod)?.terminated !== undefined;
}

/** The test's first, then those of what ran beside it. */
function messagesOf({ spec, status }: Pod): string[] {
  const sidecars = (status?.initContainerStatuses ?? []).filter(({ name }) => isNativeSidecar(spec, name));
  const all = [...(status?.containerStatuses ?? []), ...sidecars];
  return all
    .toSorted((a, b) => Number(b.name === testContainer) - Number(a.name === testContainer))
    .flatMap(({ state }) => state?.terminated?.message ?? []);
}

/** Of `{"links": [{"name": "report", "url": "https://..."}]}`, with or without a result beside it. */
function linksIn(message: string): unknown[] {
  const body = parse(message.trim());
  return isObject(body) && Array.isArray(body['links']) ? body['links'] : [];
}

function linkOf(given: unknown): Link | undefined {
  if (!isObject(given) || typeof given['name'] !== 'string' || typeof given['url'] !== 'string') return undefined;
  const { url } = given;
  const name = oneLine(given['name'], longestName);
  const isAddress = /^https?:\/\/[^\s"'<>\\]+$/i.test(url) && URL.canParse(url);
  return name !== '' && url.length <= longestUrl && isAddress ? { name, url: oneLine(url) } : undefined;
}

type Word = (typeof logUrlWords)[number];

// What the definition allows (crds/e2especs.yaml): a longer one, and the API server refuses the whole status.
const longestLogUrl = 2048;

// A log is read after the test has ended.
const margin = 60_000;

/** The verdict with its log's address. `template`: as `https://logs.example.com/?pod={pod}&from={from}`; empty for none. */
export function withLogUrl(verdict: Verdict, { metadata, status }: Job, template = ''): Verdict {
  const { pod, ran } = verdict;
  const began = ran?.startedAt ?? status?.startTime;
  const ended = ran?.finishedAt ?? status?.completionTime;
  if (template === '' || pod === undefined || began === undefined || ended === undefined) return verdict;
  const [from, to] = [new Date(Date.parse(began) - margin), new Date(Date.parse(ended) + margin)];
  const { namespace = '', name = '' } = metadata ?? {};
  const values: Record<Word, string> = {
    ...{ namespace, pod, job: name, container: testContainer },
    ...{ from: from.toISOString(), to: to.toISOString() },
    ...{ fromMs: String(from.getTime()), toMs: String(to.getTime()) },
  };
  const logUrl = template.replace(/\{(\w+)\}/g, (_, word: Word) => encodeURIComponent(values[word]));
  return logUrl.length > longestLogUrl ? verdict : { ...verdict, logUrl: oneLine(logUrl, longestLogUrl) };
}

/** Where the page of this test is; nothing where there is no page. */
export function pageOf(
  statusUrl: string | undefined,
  { namespace, name }: { namespace: string; name: string },
): string {
  return statusUrl ? `${statusUrl}/${namespace}/${name}` : '';
}

// Bytes: the words of the test come first, and there is no room for more.
const longestInWords = 500;

/** As answers and Events show them: `log: https://...; report: https://...`. */
export function tracesInWords({ logUrl, links = [] }: Pick<Verdict, 'logUrl' | 'links'>): string {
  const all = [...(logUrl === undefined ? [] : [{ name: 'log', url: logUrl }]), ...links];
  const words = all.map(({ name, url }) => `${name}: ${url}`);
  const shown = words.filter((_, index) => Buffer.byteLength(words.slice(0, index + 1).join('; ')) <= longestInWords);
  const left = words.length - shown.length;
  return [...shown, ...(left > 0 ? [`${left} more on record`] : [])].join('; ');
}
