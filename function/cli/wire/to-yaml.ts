/**
 * Webhooks as YAML to be pasted under `spec.analysis`, with what each is for.
 */
import { Document, isNode, isSeq } from 'yaml';
import { oneLine } from '../../text.ts';
import { widest, wrapped } from '../layout.ts';
import { CannotRun } from '../problem.ts';
import type { Wired } from './webhooks.ts';

/** `head`: comments above. `width`: of the comments, in columns. */
export function toYaml(wired: readonly Wired[], head: readonly string[], width = widest): string {
  const webhooks = wired.map(({ webhook }) => webhook);
  refuseUnseen(JSON.stringify(webhooks));
  const document = new Document({ webhooks });
  const list = document.get('webhooks');
  const nodes = isSeq(list) ? list.items : [];
  for (const [index, { comment }] of wired.entries()) {
    const node = nodes[index];
    if (isNode(node)) node.commentBefore = commentOf(comment.split('\n'), width - '  # '.length);
  }
  document.commentBefore = commentOf(head, width - '# '.length);
  return document.toString({ lineWidth: 0 });
}

function commentOf(lines: readonly string[], width: number): string {
  return lines
    .flatMap((line) => wrapped(oneLine(line), width))
    .map((line) => ` ${line}`)
    .join('\n');
}

// JSON writes control characters in letters; these it does not, and they would not be seen in what is pasted.
const unseen = /[\p{Cf}\p{Cs}\u2028\u2029]|\\u[0-9a-f]{4}|\\[bfnrt]/u;

function refuseUnseen(json: string): void {
  if (unseen.test(json)) throw new CannotRun("a webhook's metadata has characters that cannot be seen. Take them out");
}
