/**
 * How far a test has come that runs: what has been reached, and what it waits for, as its Job, its pod and Events say.
 */
import type { Event, Job, Pod } from '../../api/kubernetes.ts';
import { testContainer } from '../../api/labels.ts';
import { firstLine } from '../../text.ts';
import { currentBlocker } from '../../verdict/blockers.ts';
import { newest, podCondition } from '../../verdict/conditions.ts';
import type { Evidence } from '../../verdict/evidence.ts';
import { stateOf } from '../../verdict/proof.ts';
import { secondsBetween } from '../../verdict/seconds.ts';
import { graceOf } from '../../verdict/waiting.ts';
import { latestFirst } from '../../verdict/warnings.ts';
import { duration } from '../layout.ts';

export interface Step {
  /** One word. */
  word: 'scheduled' | 'pulling' | 'pulled' | 'started' | 'waiting' | 'suspended';
  detail: string;
  /** For how long it is waited for, in words: apart, as it is another one each second. */
  until?: string;
}

/** In order, those of the newest pod alone. */
export function stepsOf(job: Job, { pods, events }: Evidence, now: Date): Step[] {
  const pod = newest(pods);
  const steps = pod === undefined ? [] : stepsOfPod(pod, events);
  return [...steps, ...waitsFor(job, { pods, events }, now)];
}

function stepsOfPod(pod: Pod, events: Event[]): Step[] {
  const { name } = pod.metadata ?? {};
  const { nodeName } = pod.spec ?? {};
  const { running, terminated } = stateOf(pod) ?? {};
  const hasBegun = running !== undefined || terminated?.startedAt;
  // Events are read after the pod, and may be ahead of it.
  if (!podCondition(pod, 'PodScheduled', 'True')) return [];
  return [
    step('scheduled', `pod ${name} on node ${nodeName}`),
    ...imageSteps(pod, events),
    ...(hasBegun ? [step('started', 'the test runs')] : []),
  ];
}

/** Those that are news. `told`: what identifies those that were told, and these from now on. */
export function untold(steps: readonly Step[], pod: string | undefined, told: Set<string>): Step[] {
  // What is waited for says itself when it is another.
  const keyOf = ({ word, detail }: Step) => (word === 'waiting' ? causeIn(detail) : `${pod} ${word}`);
  // An Event may come late, and what it says is over then.
  const furthest = steps.findLastIndex((each) => each.word !== 'waiting' && told.has(keyOf(each)));
  const news = steps.filter((each, index) => index > furthest && !told.has(keyOf(each)));
  for (const each of news) told.add(keyOf(each));
  return news;
}

function imageSteps(pod: Pod, events: Event[]): Step[] {
  const own = events
    .filter(({ involvedObject }) => involvedObject.fieldPath === `spec.containers{${testContainer}}`)
    .sort(latestFirst);
  const said = (reason: string) => own.find((event) => event.reason === reason)?.message;
  const [pulling, pulled] = [said('Pulling'), said('Pulled')];
  const status = pod.status?.containerStatuses?.find(({ name }) => name === testContainer);
  const image = pod.spec?.containers.find(({ name }) => name === testContainer)?.image ?? '';
  const isThere = pulled !== undefined || Boolean(status?.imageID);
  return [
    ...(pulling === undefined ? [] : [step('pulling', `image ${image}`)]),
    ...(isThere ? [step('pulled', `image ${image}${howPulled(pulled)}`)] : []),
  ];
}

/** Of the kubelet's words: how long it took, or that the node had it. */
function howPulled(message = ''): string {
  const time = / in ([\d.]+m?s)\b/.exec(message)?.[1];
  if (time !== undefined) return ` in ${time.replace(/^(\d+\.\d)\d*s$/, '$1s').replace(/(\d)(m?s)$/, '$1 $2')}`;
  return message.includes('already present') ? ', which the node had' : '';
}

function waitsFor(job: Job, evidence: Evidence, now: Date): Step[] {
  const isSuspended =
    job.spec?.suspend && job.status?.conditions?.some(({ type, status }) => type === 'Suspended' && status === 'True');
  if (isSuspended) return [step('suspended', 'something keeps the Job from starting, as a queue does')];
  const found = currentBlocker(evidence, now);
  if (found === undefined) return [];
  const until = patienceWith(found.reason, job, now);
  return [
    { ...step('waiting', firstLine(`${found.reason}: ${found.message}`)), ...(until !== undefined && { until }) },
  ];
}

function patienceWith(reason: string, { spec, status }: Job, now: Date): string | undefined {
  const deadline = spec?.activeDeadlineSeconds;
  const left = deadline && Math.max(0, deadline - secondsBetween(status?.startTime ?? now.toISOString(), now));
  const grace = graceOf(reason);
  if (grace !== undefined && !(left !== undefined && left < grace)) return `it is given up after ${grace} s of this`;
  return left === undefined ? undefined : `it is given up at the Job's deadline, in ${duration(left)}`;
}

/** Without the words that the kubelet puts before it in turn while it tries an image again and again. */
function causeIn(detail: string): string {
  return detail
    .replace(/^\w+: /, '')
    .replace(/Back-off pulling image "[^"]*": \w+: |Failed to pull image "[^"]*": /, '');
}

function step(word: Step['word'], detail: string): Step {
  return { word, detail };
}
