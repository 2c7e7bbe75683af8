/**
 * Who calls: the Canary, and the payload as the Canary has it.
 */
import type { Context } from '../actions/context.ts';
import { readCanary } from '../actions/read.ts';
import type { Canary } from '../api/canary.ts';
import { authenticate, authenticatePhase } from '../flagger/authenticate.ts';
import type { Hook } from '../flagger/hooks.ts';

/** A call of which nothing is known but what it says of itself. */
export interface HookCall<H extends Hook = Hook> {
  hook: H;
  context: Context;
  authenticates: boolean;
}

/** There may be no Canary when calls are not authenticated. */
export interface Caller {
  canary: Canary | undefined;
  /** With the payload as the Canary has it, where it was authenticated as a whole. */
  context: Context;
}

/** Reads the Canary and checks the payload against it. Throws CanaryMismatch. */
export async function authenticateCaller({ hook, context, authenticates }: HookCall): Promise<Caller> {
  const canary = await readCanary(context.payload, context.kube);
  if (!authenticates) return { canary, context };
  const { payload, canary: caller } = authenticate(context, canary, hook.phases);
  return { canary: caller, context: { ...context, payload } };
}

/** For a call that may come when Flagger has gone on to another revision already. */
export async function authenticateFormerCaller({ hook, context, authenticates }: HookCall): Promise<Caller> {
  const canary = await readCanary(context.payload, context.kube);
  return { canary: authenticates ? authenticatePhase(context.payload, canary, hook.phases) : canary, context };
}
