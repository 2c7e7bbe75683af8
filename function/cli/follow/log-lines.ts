/**
 * Bytes of a log as the lines that a terminal may show: whole characters, bounded, and no more in memory than one line.
 */

/** One line of the container, whatever it is made of. */
export interface LogLine {
  /** When it was written, in a form that sorts; nothing where it is not told. */
  time: string | undefined;
  text: string;
}

export interface LineReader {
  /** The lines that end in these bytes. */
  take(part: Uint8Array): LogLine[];
  /** What stands behind the last end of a line. */
  end(): LogLine[];
}

// Characters of a line that are kept: more than is shown of it.
const longestLine = 16_384;

/** Half a character at the end of a part is made whole by the next; bytes that are no UTF-8 are the sign for that. */
export function lineReader(): LineReader {
  const decoder = new TextDecoder();
  let rest = '';
  const read = (text: string): LogLine[] => {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    const whole = lines.map((line, index) => lineOf(index === 0 ? rest + line : line));
    rest = lines.length === 0 ? rest : '';
    if (rest.length < longestLine) rest += last.slice(0, longestLine);
    return whole;
  };
  return {
    take: (part) => read(decoder.decode(part, { stream: true })),
    end() {
      const whole = read(decoder.decode());
      return rest === '' ? whole : [...whole, lineOf(rest)];
    },
  };
}

// As the kubelet writes it, always of the same length.
const stamp = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}(?:Z|[+-]\d{2}:\d{2})) /;

function lineOf(line: string): LogLine {
  const [found = '', time] = stamp.exec(line) ?? [];
  return { time, text: line.slice(found.length, longestLine) };
}

/** What of a log has been read, so that it can be read on from there when the connection was lost. */
export interface Place {
  /** From when to ask for it again; nothing for all of it. What was read of that second comes again. */
  resume(): string | undefined;
  /** Whether the line is a new one. */
  isNew(line: LogLine): boolean;
}

export function place(): Place {
  let last: string | undefined;
  // Of the very time of the last one: several lines may have it.
  let read = 0;
  let repeated = 0;
  return {
    resume() {
      repeated = read;
      return last === undefined ? undefined : `${last.slice(0, 19)}Z`;
    },
    isNew({ time }) {
      if (time === undefined || last === undefined || time > last) {
        if (time !== undefined) [last, read, repeated] = [time, 1, 0];
        return true;
      }
      if (time < last) return false;
      if (repeated > 0) {
        repeated--;
        return false;
      }
      read++;
      return true;
    },
  };
}
