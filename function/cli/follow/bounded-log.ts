/**
 * A log as it is shown: clean, each line behind a bar so that no word of the test is taken for one of ours, and no more of it
 * than somebody reads: the first megabytes, and the last lines.
 */
import { logLine } from '../../text.ts';

export interface BoundedLog {
  /** What is to be shown of these lines, each as one line. */
  take(lines: readonly string[]): string[];
  /** What of the end was held back. */
  end(): string[];
}

// Bytes. A terminal and the page of a CI system are of no use beyond it.
const mostShown = 4 * 1024 * 1024;
const lastLines = 100;
// Bytes of one line.
const widestLine = 4096;

/** `whole`: the command that shows more of it while the pod is there. */
export function boundedLog(whole: string): BoundedLog {
  let shown = 0;
  let left = 0;
  const last: string[] = [];
  const takeOne = (line: string): string[] => {
    if (shown >= mostShown) {
      if (last.push(line) > lastLines) {
        last.shift();
        left++;
      }
      return [];
    }
    const clean = barred(line);
    for (const each of clean) shown += Buffer.byteLength(each);
    return shown < mostShown
      ? clean
      : [...clean, ` | ... more than is shown here. What the node keeps of it: ${whole}`];
  };
  return {
    take: (lines) => lines.flatMap(takeOne),
    end() {
      if (last.length === 0) return [];
      const gap = left > 0 ? [` | ... ${left} lines are left out here`] : [];
      return [...gap, ...last.flatMap(barred)];
    },
  };
}

/** What overwrites itself, as a progress bar does, is several lines. */
function barred(line: string): string[] {
  const lines = line.split('\r').map((each) => logLine(each, widestLine));
  const written = lines.filter((each) => each !== '');
  return written.length === 0 ? [' |'] : written.map((each) => ` | ${each}`);
}
