/**
 * What can happen to a run, as data: Flagger's calls, and what replicas, nodes, people and time do between and during them.
 */
import fc from 'fast-check';

export const gates = ['/pre-rollout', '/webhook', '/confirm-promotion'] as const;
const paths = [...gates, '/rollback', '/post-rollout'] as const;
export type Path = (typeof paths)[number];

/** What goes wrong in a call, at which of its requests or writes. */
export type Trouble =
  | { kind: 'none' }
  /** The process ends before or after its nth write. */
  | { kind: 'crash'; write: number; isWritten: boolean }
  /** The nth request, and each other of its name, is answered so; carried out or not. */
  | { kind: 'fault'; request: number; code: number; isDone: boolean };

export type Command =
  | { do: 'call'; path: Path; trouble: Trouble }
  /** Two replicas are asked at the same time. */
  | { do: 'race'; paths: [Path, Path] }
  | {
      do: 'node';
      what: 'runs' | 'cannot start' | 'passes' | 'fails' | 'is evicted' | 'forgets its pods' | 'stops its pods';
    }
  | { do: 'cluster'; what: 'removes the Job by its TTL' }
  | {
      do: 'person';
      what: 'deletes the Job' | 'skips' | 'asks again' | 'edits' | 'deletes the E2ESpec' | 'creates the E2ESpec';
    }
  | {
      do: 'flagger';
      what:
        | 'promotes'
        | 'gives up'
        | 'begins the same again'
        | 'begins another'
        | 'restarts with another'
        | 'restarts with the first';
    }
  | { do: 'target'; what: 'changes' | 'changes back' }
  | { do: 'time'; seconds: number };

const path = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Path>('/pre-rollout') },
  { weight: 3, arbitrary: fc.constant<Path>('/rollback') },
  { weight: 2, arbitrary: fc.constantFrom<Path>(...paths) },
);

const trouble = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Trouble>({ kind: 'none' }) },
  {
    weight: 1,
    arbitrary: fc.record<Trouble & { kind: 'crash' }>({
      kind: fc.constant('crash'),
      write: fc.nat(4),
      isWritten: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record<Trouble & { kind: 'fault' }>({
      kind: fc.constant('fault'),
      request: fc.nat(9),
      code: fc.constantFrom(409, 500, 503),
      isDone: fc.boolean(),
    }),
  },
);

const what = <C extends Command['do'], W extends string>(kind: C, ...words: W[]) =>
  fc.record({ do: fc.constant(kind), what: fc.constantFrom(...words) });

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('call' as const), path, trouble }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('race' as const), paths: fc.tuple(path, path) }) },
  {
    weight: 6,
    arbitrary: what(
      'node',
      ...(['runs', 'cannot start', 'passes', 'fails', 'is evicted', 'forgets its pods', 'stops its pods'] as const),
    ),
  },
  { weight: 1, arbitrary: what('cluster', 'removes the Job by its TTL' as const) },
  {
    weight: 3,
    arbitrary: what(
      'person',
      ...(['deletes the Job', 'skips', 'asks again', 'edits', 'deletes the E2ESpec', 'creates the E2ESpec'] as const),
    ),
  },
  {
    weight: 2,
    arbitrary: what(
      'flagger',
      ...([
        'promotes',
        'gives up',
        'begins the same again',
        'begins another',
        'restarts with another',
        'restarts with the first',
      ] as const),
    ),
  },
  { weight: 1, arbitrary: what('target', ...(['changes', 'changes back'] as const)) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('time' as const), seconds: fc.constantFrom(2, 11, 61) }) },
);
