/**
 * What a gate is answered: the verdict of the run it asks for, which is started where there is none.
 */
import type { Context, Sight } from './context.ts';
import { type Fault, isFault } from './fault.ts';
import type { Decision } from './outcome.ts';
import { writeDown } from './record/settle.ts';
import { forgetChange, noteChange } from './run/disown.ts';
import { skip } from './run/skip.ts';
import { standingOf } from './run/standing.ts';
import { start } from './run/start.ts';
import { nextStep, type Step } from './run/step.ts';
import type { Target } from './target.ts';
import { gather } from './verdict/evidence.ts';
import { isLostResult, type Verdict } from './verdict.ts';

export async function throughGate(sight: Sight, context: Context): Promise<Decision | Fault> {
  const found = await look(sight, context);
  if (isFault(found)) return found;
  const { step, target } = found;
  switch (step.do) {
    case 'refuse':
      return step.fault;
    case 'disown':
      await noteChange(step, sight, context);
      return step.fault;
    case 'answer':
      await forgetChange(sight.job, context);
      if (step.record) await writeDown(sight, step.record, step.verdict, context);
      return decide(sight, step.verdict);
    case 'start':
      return decided(sight, await start(sight, step, target, context));
    case 'skip':
      return decided(sight, await skip(sight, step, context));
  }
}

/** Reads what the next step hangs on, and says which step it is. */
export async function look(
  { run, spec, target: onItsWay, job, now }: Sight,
  { kube }: Context,
): Promise<{ step: Step; target: Target | undefined } | Fault> {
  const standing = standingOf(run, spec, job);
  const [target, evidence] = await Promise.all([
    onItsWay,
    standing.kind === 'present' ? gather(standing.job, kube) : { pods: [], events: [] },
  ]);
  if (isFault(target)) return target;
  if (isFault(evidence)) return evidence;
  return { step: nextStep(standing, { run, spec, target: target.value, evidence, now }), target: target.value };
}

export function decided(sight: Sight, verdict: Verdict | Fault): Decision | Fault {
  return isFault(verdict) ? verdict : decide(sight, verdict);
}

export function decide({ run, spec }: Sight, verdict: Verdict): Decision {
  const isHeld = spec.spec.onInconclusive === 'Hold' || isLostResult(verdict);
  return { kind: 'decision', verdict, jobName: run.jobName, isHeld };
}
