/**
 * All that the verifier asks of the Kubernetes API, within one webhook call's budget.
 */
import { type Reader, reader } from './read.ts';
import type { Ask } from './response.ts';
import { type Writer, writer } from './write.ts';

export type Kube = Reader & Writer;

export function client(ask: Ask): Kube {
  return { ...reader(ask), ...writer(ask) };
}
