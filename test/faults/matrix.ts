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

export function casesOf({ title, stage, path }: Row, { photo, payload, requests, statuses }: Usual): ProtocolCase[] {
  return requests.flatMap((request) =>
    faults.flatMap((fault) => {
      if (fault.meets && !fault.meets(request)) return [];
      return protocolsFor(path, `${stage.name}, ${request}: ${fault.name}`, fault.breaksConnection).map((protocol) => {
        const name = `${title}, ${request}: ${fault.name}${protocol === 'HTTP/2' ? '' : ' over HTTP/1.1'}`;
        const follows = isFollowed(stage, path, name) ? shareOf(name, 2) : undefined;
        return { name, path, stage, request, fault, protocol, usual: statuses, photo, payload, follows };
      });
    }),
  );
}

// What differs between them is the table of statuses alone, so they share the cases of a stage among them.
const gates = ['/pre-rollout', '/webhook', '/confirm-promotion', '/rollout', '/confirm-traffic-increase'];

function protocolsFor(path: string, what: string, breaksConnection = false): Protocol[] {
  const isGateOf = gates.includes(path) && gates.indexOf(path) === shareOf(what, gates.length);
  const isMet = isGateOf || (goesAsGatesDo(path, what) ? shareOf(what, 3) === 0 : !gates.includes(path));
  if (!isMet) return [];
  const isOverHttp1 = shareOf(`${path} over HTTP/1.1 ${what}`, breaksConnection ? 2 : 16) === 0;
  return isOverHttp1 ? ['HTTP/2', 'HTTP/1.1'] : ['HTTP/2'];
}

/** But for whose call it is. */
function goesAsGatesDo(path: string, what: string): boolean {
  return path === '/rollback' || (path === '/run' && !what.includes('selfsubjectaccessreviews'));
}

function isFollowed({ truth }: Stage, path: string, name: string): boolean {
  return (isGate(path) || path === '/rollback') && truth !== 'held' && shareOf(name, 8) === 0;
}

/** The same for the same text, evenly: a number below `of`. */
export function shareOf(text: string, of: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE() % of;
}

/** Those in the shard, and one of each kind of call and of each fault that it does without. */
export function sampleOf(cases: ProtocolCase[], shard: string): Set<ProtocolCase> {
  const sample = new Set(cases.filter(({ name }) => isInShard(name, shard)));
  const kindsOf = ({ path, stage, fault }: ProtocolCase) => [`${path} ${stage.name}`, fault.name];
  const met = new Set([...sample].flatMap(kindsOf));
  for (const each of cases) {
    if (kindsOf(each).every((kind) => met.has(kind))) continue;
    sample.add(each);
    for (const kind of kindsOf(each)) met.add(kind);
  }
  return sample;
}

/** `2/20` is the second twentieth of all cases. */
function isInShard(name: string, shard: string): boolean {
  const [, which, of] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  if (which === undefined || of === undefined) throw new Error(`FAULTS is "${shard}"; it must be like 1/20`);
  return shareOf(`shard of ${name}`, Number(of)) === Number(which) - 1;
}
