/**
 * Flagger's checksum of a canary's revision, computed from the Canary's status as Flagger does.
 * A payload that carries it comes from Flagger or from someone who asks for what Flagger is about to ask for.
 */
import type { RevisionStatus } from '../api/canary.ts';

/**
 * The `checksum` of the webhook payload: 1 to 10 characters of `[456789bcdf]`.
 * @see https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/controller/webhook.go `canaryChecksum`
 */
export function checksumOf(status: RevisionStatus): string {
  return safeEncode(String(fnv32a(spew(status))));
}

// ComputeHash feeds the hash with spew's dump of the Go struct, sorted keys, no pointer addresses.
// https://github.com/fluxcd/flagger/blob/v1.44.0/pkg/canary/spec.go
function spew({ lastAppliedSpec = '', trackedConfigs }: RevisionStatus): string {
  const configs =
    trackedConfigs === undefined
      ? '<nil>'
      : `map[${Object.keys(trackedConfigs)
          .sort()
          .map((key) => `${key}:${trackedConfigs[key]}`)
          .join(' ')}]`;
  return (
    '(struct { TrackedConfigs *map[string]string; LastAppliedSpec string })' +
    `{TrackedConfigs:(*map[string]string)${configs} LastAppliedSpec:(string)${lastAppliedSpec}}`
  );
}

function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

// https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go `SafeEncodeString`
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

function safeEncode(text: string): string {
  return [...text].map((character) => alphabet[character.charCodeAt(0) % alphabet.length]).join('');
}
