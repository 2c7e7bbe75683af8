/**
 * Does what the next step of a run is, as far as the hook that asks may.
 */
import type { Context, RunSnapshot } from '../actions/context.ts';
import { keepForLonger } from '../actions/keep.ts';
import { skip, start } from '../actions/start.ts';
import { tellStuck } from '../actions/stuck.ts';
import {
  forgetTargetChange,
  isReverted,
  noteTargetChanged,
  targetChanged,
  targetReverted,
} from '../actions/target-change.ts';
import { warnOnce } from '../actions/warn.ts';
import { recordVerdict } from '../actions/write-status.ts';
import type { Verdict } from '../api/verdict.ts';
import { allInOrder } from '../errors.ts';
import { jobRecord } from '../run/record.ts';
import type { Step } from '../run/step.ts';
import { running } from '../verdict/judge.ts';

/** How hooks differ in what they may do about a run. */
export interface Powers {
  /** Whether any run is started that has to be, or only one that a person asked for. */
  starts: 'any' | 'requested';
  /** Whether a canary that was changed back ends its rollout. */
  rollsBackReverts: boolean;
}

export async function carryOut(step: Step, snapshot: RunSnapshot, context: Context, powers: Powers): Promise<Verdict> {
  if (step.do !== 'targetChanged') await forgetTargetChange(snapshot, context);
  switch (step.do) {
    case 'targetChanged':
      await noteTargetChanged(step, snapshot, context);
      if (powers.rollsBackReverts && isReverted(step, snapshot)) return targetReverted();
      throw targetChanged();
    case 'answer':
      await allInOrder([
        recordVerdict(snapshot, step.record, context),
        // Without a record to write it is not this Job that says so.
        step.record === undefined ? Promise.resolve() : keepForLonger(step.verdict, snapshot, context),
      ]);
      return step.verdict;
    case 'stuck':
      await tellStuck(step, snapshot, context);
      return step.verdict;
    case 'start':
      if (powers.starts === 'requested' && !step.requestedByUser) {
        return running('NotStarted', step.next.message || 'its gate has not started it yet');
      }
      return startAndRecord(step, snapshot, context);
    case 'skip':
      return skip(step, snapshot, context);
  }
}

async function startAndRecord(
  step: Extract<Step, { do: 'start' }>,
  snapshot: RunSnapshot,
  context: Context,
): Promise<Verdict> {
  const { run, canary, spec, now } = snapshot;
  const { verdict, job } = await start(step, snapshot, context);
  if (job === undefined) return verdict;
  const isFirst = step.next.message === '';
  await allInOrder([
    recordVerdict(snapshot, jobRecord(run, job, verdict, now), context),
    canary && isFirst ? warnOnce(canary, [spec], now, context) : Promise.resolve(),
  ]);
  return verdict;
}
