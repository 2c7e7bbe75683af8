/**
 * What a terminal shows, and a file or a pipe does not.
 */
import type { WriteStream } from 'node:tty';

/** https://no-color.org */
export function showsColours({ isTTY }: Pick<WriteStream, 'isTTY'>): boolean {
  return isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}
