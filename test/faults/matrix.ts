/**
 * The cases: each request that a call makes at each stage, learned by making the call, during each fault.
 */
import { createHash } from 'node:crypto';
import type { Protocol } from '../function/transport/tls-api.ts';
import type { CanaryPayload } from '../support/canary.ts';
import type { Case } from './case.ts';
import { faults } from './faults.ts';
import type { Photo } from './photo.ts';
import { isGate, type Stage, stages } from './stages.ts';
import { transports } from './transports.ts';

/** One kind of call at one stage. */
export interface Row {
  title: string;
  stage: Stage;
  path: string;
}

export const rows: Row[] = stages.flatMap((stage) =>
  stage.paths.map((path) => ({ title: `${path} ${stage.name}`, stage, path })),
);

/** What a row is like without a fault. */
export interface Usual {
  photo: Photo;
  payload: CanaryPayload;
  requests: string[];
  statuses: number[];
}

export type ProtocolCase = Case & { protocol: Protocol };

export function casesOf({ title, stage, path }: Row, usual: Usual): ProtocolCase[] {
  const row = rows.findIndex((each) => each.title === title);
  return usual.requests.flatMap((request, column) =>
    faults.flatMap((fault, index) => {
      if (fault.meets && !fault.meets(request)) return [];
      const dealt = row + column + index;
      return protocolsFor(path, dealt, transports.includes(fault)).map((protocol) => {
        const name = `${title}, ${request}: ${fault.name}${protocol === 'HTTP/2' ? '' : ' over HTTP/1.1'}`;
        const { photo, payload, statuses } = usual;
        const follows = isFollowed(stage, path, name) ? shareOf(name, 2) : undefined;
        return { name, path, stage, request, fault, protocol, usual: statuses, photo, payload, follows };
      });
    }),
  );
}

// What differs between them is the table of statuses alone, so they share the cases of a stage among them.
const gates = ['/pre-rollout', '/webhook', '/confirm-promotion', '/rollout', '/confirm-traffic-increase'];

/** `dealt`: one more from case to case, from request to request and from row to row. */
function protocolsFor(path: string, dealt: number, isTransport: boolean): Protocol[] {
  const isMet = gates.includes(path) ? dealt % gates.length === 0 : path !== '/rollback' || dealt % 3 === 0;
  if (!isMet) return [];
  const isOverHttp1 = shareOf(`${path} ${dealt}`, isTransport ? 4 : 20) === 0;
  return isOverHttp1 ? ['HTTP/2', 'HTTP/1.1'] : ['HTTP/2'];
}

function isFollowed({ truth }: Stage, path: string, name: string): boolean {
  return (isGate(path) || path === '/rollback') && truth !== 'held' && shareOf(name, 8) === 0;
}

/** The same for the same text, evenly: a number below `of`. */
export function shareOf(text: string, of: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE() % of;
}

/** `2/10` is the second tenth of all cases. */
export function isInShard(name: string, shard: string): boolean {
  const [, which, of] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  if (which === undefined || of === undefined) throw new Error(`FAULTS is "${shard}"; it must be like 1/10`);
  return shareOf(`shard of ${name}`, Number(of)) === Number(which) - 1;
}
