/**
 * What a container has written, as its kubelet keeps it and hands it over: each line with its time.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/kuberuntime/logs/logs.go
 */

export interface LogOptions {
  timestamps: boolean;
  /** Of whole seconds. */
  since: Date | undefined;
  tailLines: number | undefined;
}

export interface ContainerLog {
  add(chunk: Buffer): void;
  /** The container has ended. */
  end(): void;
  /** What there is of it. */
  read(options: LogOptions): Buffer;
  /** What comes from now on, until its end; the returned function ends it before. */
  follow(options: LogOptions, listener: { take(bytes: Buffer): void; end(): void }): () => void;
}

interface Entry {
  time: Date;
  /** Where it was read, of the nanoseconds. */
  order: number;
  bytes: Buffer;
  /** What was read before ended in the middle of a line. */
  goesOn: boolean;
}

// As the kubelet's file before it is rotated (containerLogMaxSize).
const mostKept = 10 * 1024 * 1024;
const lineFeed = 0x0a;

export function createContainerLog(now: () => Date): ContainerLog {
  let entries: Entry[] = [];
  let kept = 0;
  let goesOn = false;
  let order = 0;
  let isOver = false;
  const listeners = new Set<{ take(entry: Entry): void; end(): void }>();

  const add = (bytes: Buffer) => {
    const entry = { time: now(), order: order++ % 1_000_000, bytes, goesOn };
    goesOn = bytes.at(-1) !== lineFeed;
    entries.push(entry);
    kept += bytes.length;
    for (const { take } of listeners) take(entry);
  };
  const rotate = () => {
    if (kept <= mostKept) return;
    entries = entries.slice(Math.ceil(entries.length / 2));
    kept = entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
  };
  return {
    add(chunk) {
      for (let from = 0; from < chunk.length; ) {
        const found = chunk.indexOf(lineFeed, from);
        const to = found === -1 ? chunk.length : found + 1;
        add(chunk.subarray(from, to));
        from = to;
      }
      rotate();
    },
    end() {
      isOver = true;
      for (const { end } of listeners) end();
      listeners.clear();
    },
    read(options) {
      const all = entries.filter((entry) => isMeant(entry, options));
      const { tailLines } = options;
      return Buffer.concat((tailLines === undefined ? all : all.slice(-tailLines)).map((each) => shown(each, options)));
    },
    follow(options, { take, end }) {
      if (isOver) {
        end();
        return () => {};
      }
      const listener = { take: (entry: Entry) => isMeant(entry, options) && take(shown(entry, options)), end };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isMeant({ time }: Entry, { since }: LogOptions): boolean {
  return since === undefined || time >= since;
}

function shown({ time, order, bytes, goesOn }: Entry, { timestamps }: LogOptions): Buffer {
  if (!timestamps || goesOn) return bytes;
  const stamp = `${time.toISOString().slice(0, -1)}${String(order).padStart(6, '0')}Z `;
  return Buffer.concat([Buffer.from(stamp), bytes]);
}
