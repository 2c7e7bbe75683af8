/**
 * The Canary's webhooks, as far as they are the verifier's: by host and path. The path of its URL says which hook it is.
 */
import type { Canary, Webhook } from '../api/canary.ts';
import { manager } from '../api/labels.ts';
import { HookError } from '../errors.ts';
import { type Address, addressOf, hostOf, isSameHost, isSamePlace, type Origin, placeOf } from './address.ts';
import { type Hook, type HookPath, hooks, isManualHook, isVerdictHook, pathsOf, splitPath } from './hooks.ts';
import { canonicalMetadata, metadataProblem, type Payload } from './payload.ts';

export interface VerifierWebhook {
  webhook: Webhook;
  /** Among all webhooks of its Canary, from 0. */
  index: number;
  /** As Flagger reads it: no type is `rollout`. */
  type: string;
  hook: Hook;
  path: HookPath;
  address: Address;
}

/** A call, and where it has arrived. */
export interface Call {
  payload: Payload;
  origin: Origin;
}

export function webhooksOf({ spec }: Canary): Webhook[] {
  return spec.analysis?.webhooks ?? [];
}

/** Those whose URL ends in a hook's path, whoever answers there. */
export function hookWebhooks(canary: Canary): VerifierWebhook[] {
  return webhooksOf(canary).flatMap((webhook, index) => {
    const address = addressOf(webhook.url);
    if (address === undefined) return [];
    const { path } = address;
    return [{ webhook, index, type: typeOf(webhook), hook: hooks[path], path, address }];
  });
}

export function typeOf({ type }: Webhook): string {
  return type || 'rollout';
}

/**
 * Those that call this verifier. Where some lead to the host of the call, only they can be; where none does, a gateway has
 * changed the host, and they lead to where the webhook leads that made this call, as far as one can tell.
 */
export function ownWebhooks(canary: Canary, { payload, origin }: Call): VerifierWebhook[] {
  const all = hookWebhooks(canary);
  const hosts = origin.hosts.map(hostOf);
  const atHost = all.filter(({ address }) => hosts.some((host) => isSameHost(host, address.host)));
  const possible = atHost.length > 0 ? atHost : all;
  // So it is nearly always, and asked at each poll.
  if (new Set(possible.map(({ address }) => placeOf(address))).size < 2) return possible;
  const arrival = splitPath(origin.path);
  const signs: ((each: VerifierWebhook) => boolean)[] = [
    ({ webhook }) => haveSameMetadata(webhook.metadata, payload.metadata),
    ({ path }) => path === arrival?.path,
    ({ address }) => address.prefix === arrival?.prefix,
  ];
  return atPlaceOf(likeliest(signs.reduce(narrowed, possible), possible), possible);
}

/** Those at the likeliest place, where nothing but the Canary is known. */
export function likelyWebhooks(canary: Canary): VerifierWebhook[] {
  const all = hookWebhooks(canary);
  // The load tester has the gates that a person opens as well.
  const candidates = all.filter((each) => !isManualHook(each.hook) || isNamed(each));
  return atPlaceOf(likeliest(candidates, all), all);
}

// A word that other receivers have for a path as well.
export const commonPath: HookPath = '/webhook';

/** By the name of its host, or by a path that is answered with a verdict. */
export function leadsToVerifier(each: VerifierWebhook): boolean {
  return isNamed(each) || (isVerdictHook(each.hook) && each.path !== commonPath);
}

/** Those behind this URL, as `http://e2e-verifier.default` or `https://gw.example.com/e2e`. */
export function webhooksBehind(url: string, canary: Canary): VerifierWebhook[] {
  const place = addressOf(`${url}/webhook`);
  return place === undefined ? [] : hookWebhooks(canary).filter(({ address }) => isSamePlace(address, place));
}

/** Those that have the sign, if any has. */
function narrowed(webhooks: VerifierWebhook[], sign: (each: VerifierWebhook) => boolean): VerifierWebhook[] {
  const having = webhooks.filter(sign);
  return having.length > 0 ? having : webhooks;
}

/** The one at a host of the verifier's usual name, or else at the place with the most gates. */
function likeliest(candidates: VerifierWebhook[], all: VerifierWebhook[]): VerifierWebhook | undefined {
  const gates = new Map<string, number>();
  for (const each of all.filter(isGate)) {
    gates.set(placeOf(each.address), (gates.get(placeOf(each.address)) ?? 0) + 1);
  }
  const gatesAt = ({ address }: VerifierWebhook) => gates.get(placeOf(address)) ?? 0;
  return candidates.toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a)) || gatesAt(b) - gatesAt(a))[0];
}

function isNamed({ address }: VerifierWebhook): boolean {
  return address.host.service?.name === manager;
}

function isGate({ hook, type, path }: VerifierWebhook): boolean {
  return hook.kind === 'gate' && pathsOf(type).includes(path);
}

function atPlaceOf(one: VerifierWebhook | undefined, all: VerifierWebhook[]): VerifierWebhook[] {
  return one === undefined ? [] : all.filter(({ address }) => isSamePlace(address, one.address));
}

/** Whether two hooks ask for the same run: their static metadata is what makes a run one of its own. */
export function haveSameMetadata(a: Webhook['metadata'], b: Webhook['metadata']): boolean {
  return canonicalMetadata(a ?? {}) === canonicalMetadata(b ?? {});
}

// Each is some ten requests of one call to the API server, and a call has seconds.
export const mostGates = 20;

/**
 * The calls by which a Canary's gates ask for runs of the payload's revision, one for each run;
 * without a Canary, the payload itself. A gate whose every call is refused has none.
 * Throws Invalid where they are too many for a call.
 */
export function gateCalls(canary: Canary | undefined, call: Call): Payload[] {
  if (canary === undefined) return [call.payload];
  const calls = gateWebhooks(canary, call).map(({ metadata = {} }) => ({ ...call.payload, metadata }));
  const distinct = [...new Map(calls.map((each) => [canonicalMetadata(each.metadata), each])).values()];
  if (distinct.length <= mostGates) return distinct;
  const message = `Canary ${call.payload.name} has gates with ${distinct.length} different metadata, each a test of its own, and at most ${mostGates} are looked at in one rollout. Nothing is started; give several gates the same metadata, or put their tests into one`;
  throw new HookError('Invalid', message);
}

/** The Canary's gates, in its order, but for those whose every call is refused. */
export function gateWebhooks(canary: Canary, call: Call): Webhook[] {
  return ownWebhooks(canary, call).flatMap(({ hook, webhook }) =>
    hook.kind === 'gate' && metadataProblem(webhook.metadata) === undefined ? webhook : [],
  );
}

/** Throws Invalid where `gateCalls` would. */
export function refuseTooManyGates(canary: Canary | undefined, call: Call): void {
  // Asked at each poll: whoever has so few webhooks has no more gates.
  if ((canary?.spec.analysis?.webhooks?.length ?? 0) > mostGates) gateCalls(canary, call);
}

/** What is wrong with a gate whose every call will be refused, as a sentence; nothing where all can be answered. */
export function refusedGate(canary: Canary | undefined, call: Call): string | undefined {
  if (canary === undefined) return undefined;
  for (const { hook, webhook } of ownWebhooks(canary, call)) {
    const problem = hook.kind === 'gate' ? metadataProblem(webhook.metadata) : undefined;
    if (problem !== undefined) return `webhook ${webhook.name}: ${problem}`;
  }
  return undefined;
}
