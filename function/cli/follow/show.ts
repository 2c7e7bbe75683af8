/**
 * Where the lines of a run go while it runs. The log of the test comes as lines that are fit to be shown.
 */
import { oneLine } from '../../text.ts';
import { wrapped } from '../layout.ts';
import { widthOf } from '../terminal.ts';

export interface Show {
  /** What has been reached, or what is waited for. */
  step(word: string, detail: string): Promise<void>;
  /** What is to be known besides. */
  note(text: string): Promise<void>;
  /** Resolves when there is room for more. */
  log(lines: readonly string[]): Promise<void>;
}

/** For programs, which read the last block alone. */
export const silent: Show = { step: async () => {}, note: async () => {}, log: async () => {} };

const widestTime = 8;
const widestWord = 9;

/** Elapsed times count from here on. */
export function onTerminal(begun = Date.now()): Show {
  const since = () => elapsed(Date.now() - begun).padStart(widestTime);
  return {
    step: (word, detail) => write(hanging(`${since()}  ${word.padEnd(widestWord)}  `, oneLine(detail))),
    note: (text) => write(hanging('', oneLine(text))),
    log: write,
  };
}

/** As `0.4 s` or `3m20s`. */
function elapsed(milliseconds: number): string {
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}

/** Between words, in lines under each other behind what the first begins with; a longer word stands alone. */
export function hanging(beginning: string, text: string): string[] {
  const lines = wrapped(text, widthOf(process.stdout) - beginning.length);
  const indent = ' '.repeat(beginning.length);
  return lines.map((line, index) => `${index === 0 ? beginning : indent}${line}`.trimEnd());
}

/** To standard output. Resolves when there is room for more; at once where nobody reads any more. */
export async function write(lines: readonly string[]): Promise<void> {
  const { stdout } = process;
  if (lines.length === 0 || stdout.destroyed || stdout.write(`${lines.join('\n')}\n`)) return;
  await new Promise<void>((resolve) => {
    const events = ['drain', 'close', 'error'];
    const settle = () => {
      for (const event of events) stdout.off(event, settle);
      resolve();
    };
    for (const event of events) stdout.on(event, settle);
  });
}
