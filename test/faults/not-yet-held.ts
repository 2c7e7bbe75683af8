/**
 * What does not hold yet. Each line says which cases may fail, how, and why; the case that shows it is always run, and the
 * line fails itself once that case holds.
 */
export interface NotYetHeld {
  /** The name of one of the cases. */
  shows: string;
  cases: RegExp;
  says: RegExp;
  why: string;
}

const goesWrong =
  /^(a false pass|a false rollback|right after it|on record|the run does not end|starts nothing|\/rollback: )/;

export const notYetHeld: NotYetHeld[] = [
  {
    shows:
      '/rollout when its failure is on record alone, get e2especs: 200 with one of another namespace, which passed',
    cases: /, get e2especs: 200 with one of another (name|namespace), /,
    says: goesWrong,
    why: 'an E2ESpec of another name or namespace is taken for the one that was asked for, with its records',
  },
  {
    shows: '/webhook when its test has passed, list pods: 200 with one of another kind',
    cases: /, (list|get) \w+: 200 with (one of another|a list for an object|an object for a list)/,
    says: goesWrong,
    why: 'another object, or one of another kind, is taken for the one that was asked for',
  },
  {
    shows: '/rollback while its image cannot be pulled, get jobs: the answer with a Date in years',
    cases: /: the answer with a Date/,
    says: goesWrong,
    why: 'a Date that cannot be is believed: what waits for a second has waited for years, and rolls back',
  },
  {
    shows: '/webhook when a person lets it through, patch e2especs/status: 202 and the work later',
    cases: /, (create jobs|patch e2especs\/status): 20/,
    says: goesWrong,
    why: 'the answer to a write is not looked at closely enough to know that it was carried out',
  },
  {
    shows:
      '/confirm-rollout before the rollout, with a Job that is refused, create jobs by dry run: 200 with one of another kind',
    cases: /, create jobs by dry run: 20/,
    says: /^a false go-ahead/,
    why: 'any object is taken for the answer to a dry run',
  },
  {
    shows: '/webhook before its Job, create jobs: 410',
    cases: /, create jobs( by dry run)?: (404|405|408|409|410|418)/,
    says: /^(blames the Job|right after it)/,
    why: 'a create that is refused for a reason of the API server’s own is told as a fault of the Job',
  },
  {
    shows: '/post-rollout after a rollout whose test has passed, create events: 204',
    cases: /^\/post-rollout /,
    says: /^a false alarm/,
    why: 'a second /post-rollout says that a verified promotion is not',
  },
];

interface Leak {
  shows: string;
  lines: RegExp;
  why: string;
}

/** Lines of the log that have the token in them. */
export const leaks: Leak[] = [
  {
    shows: '/post-rollout after a rollout whose test has passed, create events: 500',
    lines: /"message":"(not written|a run could not be evaluated)/,
    why: 'what the API server says of a write that fails is logged as it is',
  },
];
