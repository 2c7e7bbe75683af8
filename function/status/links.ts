/**
 * Addresses that the page may link to. Whoever writes the status may write any.
 */
import type { RunRecord } from '../api/e2espec.ts';
import type { Link } from '../api/verdict.ts';
import { oneLine } from '../text.ts';

// Bytes.
const longestName = 120;

export function linksOf(record: RunRecord | undefined): Link[] {
  return (record?.links ?? []).flatMap(({ name, url }) => {
    const address = webAddress(url);
    return address === undefined ? [] : [{ name: oneLine(name, longestName), url: address }];
  });
}

export function webAddress(url: string | undefined): string | undefined {
  const address = url === undefined ? null : URL.parse(url);
  return address !== null && /^https?:$/.test(address.protocol) ? address.href : undefined;
}
