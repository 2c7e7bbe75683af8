/**
 * What is true of a run, whatever the function believes: which Jobs there were, for what, and how each of them ended.
 */
import assert from 'node:assert/strict';
import type { Target } from '../../../function/api/kubernetes.ts';
import { annotation } from '../../../function/api/labels.ts';
import { revisionHash } from '../../../function/flagger/target.ts';
import type { Response } from '../../../function/http/server.ts';
import { at } from '../../support/documents.ts';
import { resources } from '../../support/embedded/resources.ts';
import type { KubernetesObject } from '../../support/kubernetes.ts';
import { gates, type Path } from './commands.ts';
import { retries, type System } from './system.ts';

/** `lost`: it ended with 0, and nothing proves it. */
export type End = 'passed' | 'failed' | 'could not start' | 'lost';

interface JobTruth {
  uid: string;
  checksum: string;
  rollout: string;
  requestedAt: string | undefined;
  /** The revision of the target when it was made. */
  target: string;
  end?: End;
  isRemoved?: true;
  /** Whatever became of it later: that is what may have been decided. */
  couldNotStart?: true;
}

export class Reference {
  private readonly jobs: JobTruth[] = [];
  private readonly skips = new Set<string>();
  private readonly over = new Set<string>();
  private targetSince = Number.NEGATIVE_INFINITY;
  private system: System | undefined;

  watch(system: System): void {
    this.system = system;
  }

  ended(job: KubernetesObject, end: End): void {
    const truth = this.jobs.find(({ uid }) => uid === job.metadata.uid);
    // A pod that is gone after its test had failed is a failure all the same.
    if (truth && end === 'could not start') truth.couldNotStart = true;
    if (truth && !(end === 'lost' && truth.end === 'failed')) truth.end = end;
  }

  removed(job: KubernetesObject): void {
    const truth = this.jobs.find(({ uid }) => uid === job.metadata.uid);
    if (truth) truth.isRemoved = true;
  }

  skipped(checksum: string): void {
    this.skips.add(checksum);
  }

  rolloutIsOver(rollout: string): void {
    this.over.add(rollout);
  }

  targetChanged(now: Date): void {
    this.targetSince = now.getTime();
  }

  /** One test of a run at a time, no more attempts than there are, and none of what is decided. */
  created(job: KubernetesObject): void {
    const system = this.system ?? assert.fail();
    const { uid = '', annotations = {} } = job.metadata;
    const requestedAt = annotations[annotation.requestedAt];
    const checksum = annotations[annotation.checksum] ?? '';
    const rollout = annotations[annotation.rollout] ?? '';
    const truth: JobTruth = { uid, checksum, rollout, requestedAt, target: system.target };
    const alive = this.jobs.filter(
      (other) =>
        other.checksum === checksum &&
        other.rollout === rollout &&
        (!other.isRemoved || this.isOnRecord(other)) &&
        this.hasLivePod(other.uid),
    );
    this.jobs.push(truth);
    assert.deepEqual(alive, [], 'a second test of the run begins while a former one is alive');
    assert.ok(Number(annotations[annotation.attempt]) <= 1 + retries, `attempt ${annotations[annotation.attempt]}`);
    const decided = this.records().filter(
      (record) =>
        ['Passed', 'Failed'].includes(String(record['verdict'])) &&
        record['checksum'] === checksum &&
        record['rollout'] === rollout &&
        record['requestedAt'] === requestedAt,
    );
    assert.deepEqual(decided, [], 'a run that is decided begins again');
  }

  answered(path: Path, { status, body, headers }: Response): void {
    const said = `${path} ${status} ${body}`;
    assert.match(body, /^[A-Z][A-Za-z0-9]+: /, said);
    assert.doesNotMatch(body, /^InternalError/, said);
    const retryAfter = Number(headers['Retry-After'] ?? 10);
    assert.ok(retryAfter >= 1 && retryAfter <= 60, `Retry-After ${retryAfter}: ${said}`);
    this.strangersAreThere();
    this.presentIsOpen();
    this.summaryIsTrue();
    if (path === '/post-rollout' || status > 202) return;
    if (path === '/rollback') assert.ok(this.mayRollBack(), `a false rollback: ${said}`);
    else if (path === '/webhook' && status === 202) assert.ok(this.isBegunOr(body), `nothing was begun: ${said}`);
    else assert.ok(gates.some((gate) => gate === path) && this.mayPass(), `a false pass: ${said}`);
  }

  /** Or a former test ends first: the gate after it begins the next one. */
  private isBegunOr(body: string): boolean {
    return this.current().length > 0 || body.startsWith('Deleting: ');
  }

  /** The records of the E2ESpec, newest first. */
  records(): Record<string, unknown>[] {
    const runs = at(this.system?.hands.get(resources.e2eSpecs, 'podinfo'), 'status', 'runs');
    return Array.isArray(runs) ? runs : [];
  }

  current(): JobTruth[] {
    const { flagger, checksum } = this.system ?? assert.fail();
    return this.jobs.filter((job) => job.rollout === flagger.rollout && job.checksum === checksum());
  }

  /** What is going on is closed by nobody. */
  private presentIsOpen(): void {
    const { flagger } = this.system ?? assert.fail();
    if (this.over.has(flagger.rollout)) return;
    const closed = this.records().filter(
      ({ rollout, closedAt }) => rollout === flagger.rollout && closedAt !== undefined,
    );
    assert.deepEqual(closed, [], 'a record of the present rollout is closed');
  }

  /** After a call that begins or goes on with a run, and meets no trouble. */
  formerAreClosed(): void {
    const { flagger } = this.system ?? assert.fail();
    const open = this.records().filter(
      ({ rollout, closedAt }) => String(rollout) < flagger.rollout && closedAt === undefined,
    );
    assert.deepEqual(open, [], 'a former rollout is open');
  }

  /** The entry of the only gate and the condition say what the newest record says. */
  summaryIsTrue(): void {
    const spec = this.system?.hands.get(resources.e2eSpecs, 'podinfo');
    const [newest] = this.records();
    const verdict = newest?.['verdict'];
    const of = (...path: string[]) => at(spec, 'status', ...path);
    const said = [of('lastRun', 'verdict'), of('latest', '0', 'verdict'), of('conditions', '0', 'reason')];
    assert.deepEqual(said, [verdict, verdict, verdict], 'the summary says what the newest record says');
  }

  private mayPass(): boolean {
    const { target, checksum, flagger } = this.system ?? assert.fail();
    const request = this.request();
    const isProven = this.current().some(
      (job) => job.end === 'passed' && job.target === target && (request === undefined || job.requestedAt === request),
    );
    const isLetThrough = this.records().some(
      (record) => record['verdict'] === 'Skipped' && record['rollout'] === flagger.rollout,
    );
    return isProven || (isLetThrough && this.skips.has(checksum()));
  }

  private mayRollBack(): boolean {
    const { hands, target } = this.system ?? assert.fail();
    const request = this.request();
    const jobs = this.current().filter((job) => request === undefined || job.requestedAt === request);
    if (jobs.some(({ end }) => end === 'failed')) return true;
    const inVain = jobs.filter(({ end, couldNotStart }) => couldNotStart || end === 'lost');
    if (inVain.length > retries && inVain.some(({ couldNotStart }) => couldNotStart)) return true;
    if (jobs.filter(({ isRemoved }) => isRemoved).length >= 2) return true;
    // A whole interval, so that Flagger has had a tick to notice it.
    const isOld = hands.kubernetes.now().getTime() - this.targetSince >= 10_000;
    return isOld && (this.current().some((job) => job.target !== target) || this.wasOtherLetThrough());
  }

  /** Whether a person let through in this rollout what the target is not any more. */
  private wasOtherLetThrough(): boolean {
    const { hands, flagger } = this.system ?? assert.fail();
    const target = hands.get(resources.deployments, 'podinfo');
    return this.records().some(
      (record) =>
        record['verdict'] === 'Skipped' &&
        record['rollout'] === flagger.rollout &&
        record['target'] !== (target && revisionHash(target as Target)),
    );
  }

  /** Of what was removed and is not, the function knows nothing any more. */
  private isOnRecord({ uid }: JobTruth): boolean {
    return this.records().some((record) => record['jobUID'] === uid && record['verdict'] === 'Running');
  }

  private request(): string | undefined {
    return this.system?.hands.get(resources.e2eSpecs, 'podinfo')?.metadata.annotations?.[annotation.requestedAt];
  }

  private hasLivePod(uid: string): boolean {
    const { hands } = this.system ?? assert.fail();
    return hands.list(resources.pods).some(({ metadata, ...pod }) => {
      const isOver = ['Succeeded', 'Failed'].includes(String(at(pod, 'status', 'phase')));
      return !isOver && metadata.ownerReferences?.some((owner) => owner.uid === uid);
    });
  }

  private strangersAreThere(): void {
    const names = this.system?.hands.list(resources.jobs).map(({ metadata }) => metadata.name) ?? [];
    assert.ok(names.includes('e2e-other-85d64f8846'), 'a Job of another canary was deleted');
  }
}
