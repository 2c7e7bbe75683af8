/**
 * Tells the sink, in the background: no call waits for it, and no answer depends on it. What is on record is sent at least
 * once, because the record says so until the sink has taken it (`run/notices.ts`); what is on none, as long as this process
 * lives.
 */
import type { E2ESpec, RunRecord } from '../api/e2espec.ts';
import type { Sink } from '../config.ts';
import { toHookError } from '../errors.ts';
import type { Kube } from '../kube/client.ts';
import type { Budget } from '../kube/retry.ts';
import type { Log } from '../log.ts';
import { unsentRecords, withNotices, withSent } from '../run/notices.ts';
import type { Delivery } from '../sink/deliver.ts';
import type { Notice } from '../sink/notice.ts';
import { recordNotices } from './notices.ts';
import { patchUntilWritten } from './write-status.ts';

export interface Notifier {
  /** The same API. What is recorded by it is sent; so is what a record that is read says is still to be sent. */
  watched(kube: Kube): Kube;
  /** Of what is on no record. `check` throws where it is not to be sent. */
  send(notice: Notice, check?: (kube: Kube) => Promise<void>): void;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
}

export interface NotifierOptions {
  sink: Sink;
  connect(budget: Budget): Kube;
  /** Where people find the page; empty for nowhere. */
  statusUrl?: string;
  log: Log;
  deliver?(notice: Notice, sink: Sink): Promise<Delivery>;
}

// At once, so that a sink that hangs fills no memory. The event hooks' have a number of their own: strangers may call those.
const mostRecords = 50;
const mostOthers = 20;

// Milliseconds.
const longestCheck = 5000;
const longestWrite = 10_000;
const pauseAfterFailure = 60_000;

// Of these it is remembered how they went, so that no poll sends them again. To forget one costs a notice more.
const mostRemembered = 1000;

const never = Number.POSITIVE_INFINITY;

/** The CloudEvents SDK is loaded with it. */
async function deliverWithSdk(notice: Notice, sink: Sink): Promise<Delivery> {
  const { deliver } = await import('../sink/deliver.ts');
  return deliver(notice, sink);
}

export function createNotifier({ sink, connect, log, statusUrl, deliver = deliverWithSdk }: NotifierOptions): Notifier {
  const records = crowd(mostRecords);
  const others = crowd(mostOthers);
  /** By id: when a notice may be sent again; never, where the sink has it. */
  const outcomes = new Map<string, number>();

  function remember(id: string, notBefore: number): void {
    outcomes.set(id, notBefore);
    const [oldest] = outcomes.keys();
    if (outcomes.size > mostRemembered && oldest !== undefined) outcomes.delete(oldest);
  }

  const isTaken = ({ id }: Notice): boolean => outcomes.get(id) === never;
  const isPaused = (notice: Notice): boolean => !isTaken(notice) && (outcomes.get(notice.id) ?? 0) > Date.now();

  /** Whether the sink has it. */
  async function isDelivered(notice: Notice): Promise<boolean> {
    if (isTaken(notice)) return true;
    const { id, type, source } = notice;
    const delivery = await deliver(notice, sink);
    remember(id, delivery.kind === 'taken' ? never : Date.now() + pauseAfterFailure);
    if (delivery.kind === 'taken') return true;
    log.warn(`the sink of ${sink.variable} has not taken a CloudEvent: ${delivery.why}`, { id, type, source });
    return false;
  }

  /** After the answer of the call that it comes from. */
  async function inBackground(about: Notice, work: () => Promise<void>): Promise<void> {
    await new Promise(setImmediate);
    try {
      await work();
    } catch (thrown) {
      const { message, detail } = toHookError(thrown);
      const { id, type, source } = about;
      log.warn(`a CloudEvent was not sent: ${message}`, { id, type, source, ...(detail && { detail }) });
    }
  }

  function sendUnsent(spec: E2ESpec): void {
    for (const record of unsentRecords(spec.status, new Date())) {
      const notices = recordNotices(record, spec, statusUrl);
      const [first] = notices;
      if (first === undefined || notices.some(isPaused)) continue;
      const { name, namespace, uid } = spec.metadata;
      records.begin(first.id, () =>
        inBackground(first, async () => {
          for (const notice of notices) if (!(await isDelivered(notice))) return;
          await takeMarksAway({ name, namespace, uid });
        }),
      );
    }
  }

  /** Of all that the sink has by now: where many are sent at once, one write is enough. */
  async function takeMarksAway({ name, namespace, uid }: Pick<E2ESpec['metadata'], 'name' | 'namespace' | 'uid'>) {
    await lend(longestWrite, async (kube) => {
      const { value } = await kube.getE2ESpec(namespace, name);
      if (value?.metadata.uid !== uid) return;
      const isSent = (record: RunRecord) => recordNotices(record, value, statusUrl).every(isTaken);
      await patchUntilWritten(value, (status) => withSent(status, isSent), kube);
    });
  }

  /** An API of its own: the call's is over. */
  async function lend(milliseconds: number, use: (kube: Kube) => Promise<void>): Promise<void> {
    const over = new AbortController();
    try {
      await use(connect({ endsAt: Date.now() + milliseconds, over: over.signal }));
    } finally {
      over.abort();
    }
  }

  return {
    watched: (kube) => ({
      ...kube,
      async getE2ESpec(namespace, name) {
        const read = await kube.getE2ESpec(namespace, name);
        if (read.value !== undefined) sendUnsent(read.value);
        return read;
      },
      async patchStatus(spec, status) {
        const marked = withNotices(spec.status, status, new Date());
        const outcome = await kube.patchStatus(spec, marked);
        if (outcome === 'patched') sendUnsent({ ...spec, status: marked });
        return outcome;
      },
    }),
    send(notice, check) {
      if (isTaken(notice) || isPaused(notice)) return;
      const begun = others.begin(notice.id, () =>
        inBackground(notice, async () => {
          if (check !== undefined) await lend(longestCheck, check);
          await isDelivered(notice);
        }),
      );
      if (begun === 'full') {
        const { id, type, source } = notice;
        log.warn(`a CloudEvent was not sent: ${mostOthers} others are on their way`, { id, type, source });
      }
    },
    async idle() {
      while (records.size() + others.size() > 0) await Promise.all([records.idle(), others.idle()]);
    },
  };
}

/** What goes on at once, each by its id; no more than so many. */
function crowd(most: number) {
  const goingOn = new Map<string, Promise<void>>();
  return {
    begin(id: string, work: () => Promise<void>): 'begun' | 'goesOn' | 'full' {
      if (goingOn.has(id)) return 'goesOn';
      if (goingOn.size >= most) return 'full';
      goingOn.set(
        id,
        work().finally(() => goingOn.delete(id)),
      );
      return 'begun';
    },
    size: () => goingOn.size,
    idle: () => Promise.all(goingOn.values()),
  };
}
