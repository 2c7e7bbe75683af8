/**
 * Payloads: anything at all, and good ones with something wrong or unusual in them.
 */
import fc from 'fast-check';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '.', '..', '../../secrets', '%2e%2e', 'null', '__proto__', 'constructor', 'é'.repeat(300)),
);
const key = fc.oneof(text, fc.constantFrom('token', 'e2espec', 'eventMessage', 'timestamp', 'a-b', 'a_b', 'toString'));
const metadata = fc.oneof(
  fc.dictionary(key, text, { maxKeys: 6, noNullPrototype: false }),
  fc.dictionary(key, fc.anything({ maxDepth: 2 }), { maxKeys: 3 }),
  fc.jsonValue(),
);
const field = fc.oneof(text, fc.jsonValue());

/** A body to be posted: text that may not be JSON, or what becomes JSON. */
export function anyPayload(good: object): fc.Arbitrary<unknown> {
  const changed = fc
    .record(
      { name: field, namespace: field, checksum: field, phase: field, metadata, more: fc.jsonValue() },
      { requiredKeys: [] },
    )
    .map((wrong) => ({ ...good, ...wrong }));
  const unusual = fc
    .record(
      { metadata: fc.dictionary(key, text, { maxKeys: 6 }), phase: fc.constantFrom('', 'Failed', 'Waiting') },
      { requiredKeys: [] },
    )
    .map((more) => ({ ...good, ...more }));
  return fc.oneof(
    { weight: 4, arbitrary: changed.map(withoutBigInts) },
    { weight: 4, arbitrary: unusual },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  );
}

// JSON has none; fc.anything() has some.
function withoutBigInts(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}
