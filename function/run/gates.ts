/**
 * The gates of a Canary by what their runs are known by.
 */
import type { Canary } from '../api/canary.ts';
import { HookError } from '../errors.ts';
import { type Call, gateWebhooks } from '../flagger/webhooks.ts';
import { runKey } from './id.ts';
import type { OwnGates } from './summary.ts';

/** Those that ask for runs of this E2ESpec. Of several that ask for the same run the first one names it. */
export function gatesOn(e2eSpec: string, canary: Canary, call: Call): OwnGates {
  const names = new Map<string, string>();
  for (const { name, metadata = {} } of gateWebhooks(canary, call)) {
    const hash = hashOf({ ...call.payload, metadata }, e2eSpec);
    if (hash === undefined || names.has(hash)) continue;
    // A name is not unique in a Canary, and in the status it has to be.
    names.set(hash, [...names.values()].includes(name) ? `${name}/${hash}` : name);
  }
  return { canary: canary.metadata.name, canaryUID: canary.metadata.uid, names };
}

/** Nothing for a gate of another E2ESpec, or of none. */
function hashOf(payload: Call['payload'], e2eSpec: string): string | undefined {
  try {
    const key = runKey(payload);
    return key.e2eSpec === e2eSpec ? key.metadataHash : undefined;
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    return undefined;
  }
}
