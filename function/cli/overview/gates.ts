/**
 * The gates of a Canary as they are called: which E2ESpec each asks for, and which run, now.
 */
import type { Canary } from '../../api/canary.ts';
import type { E2ESpec, RunRecord } from '../../api/e2espec.ts';
import { HookError } from '../../errors.ts';
import { rolloutOf } from '../../flagger/canary.ts';
import { checksumOf } from '../../flagger/checksum.ts';
import { type Call, likelyWebhooks, type VerifierWebhook } from '../../flagger/webhooks.ts';
import { gatesOn } from '../../run/gates.ts';
import { type RunKey, runKey, runOf } from '../../run/id.ts';
import { recordOf } from '../../run/record.ts';

export interface Gate {
  /** As the status of the E2ESpec names it. */
  name: string;
  /** The first webhook that asks for this run. */
  webhook: VerifierWebhook;
  /** The run that it would ask for now. */
  key: RunKey;
}

export function gatesOf(canary: Canary): Gate[] {
  const webhooks = likelyWebhooks(canary).filter(({ hook }) => hook.kind === 'gate');
  const [first] = webhooks;
  if (first === undefined) return [];
  const call = callOf(canary, first);
  const keyed = webhooks.flatMap((webhook) => {
    const key = keyOf(webhook, call);
    return key === undefined ? [] : [{ webhook, key }];
  });
  const specs = [...new Set(keyed.map(({ key }) => key.e2eSpec))];
  return specs.flatMap((e2eSpec) =>
    [...gatesOn(e2eSpec, canary, call).names].flatMap(([hash, name]) => {
      const found = keyed.find(({ key }) => key.e2eSpec === e2eSpec && key.metadataHash === hash);
      return found === undefined ? [] : [{ name, ...found }];
    }),
  );
}

/** As Flagger calls that webhook. */
function callOf({ metadata: { name, namespace }, status = {} }: Canary, { address, path }: VerifierWebhook): Call {
  const payload = { name, namespace, phase: status.phase ?? '', checksum: checksumOf(status), metadata: {} };
  const { host, prefix } = address;
  return { payload, origin: { hosts: [host.text], path: `${prefix === '' ? '' : `/${prefix}`}${path}` } };
}

/** Nothing where its metadata is refused: lint says so. */
function keyOf({ webhook }: VerifierWebhook, { payload }: Call): RunKey | undefined {
  try {
    return runKey({ ...payload, metadata: webhook.metadata ?? {} });
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    return undefined;
  }
}

/** What is on record of the run that the gate asks for now. */
export function recordNow({ key }: Gate, canary: Canary, spec: E2ESpec | undefined): RunRecord | undefined {
  return rolloutOf(canary) === undefined ? undefined : recordOf(spec?.status, runOf(key, canary));
}
