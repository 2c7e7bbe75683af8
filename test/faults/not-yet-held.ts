/**
 * What does not hold yet. Each line says which cases fail, how, and why; it fails itself when none of them does any more.
 */
export interface NotYetHeld {
  cases: RegExp;
  says: RegExp;
  why: string;
}

/** Lines of the log that have the token in them. */
export const leaks: { lines: RegExp; why: string }[] = [
  {
    lines: /"message":"not written"|could not be evaluated/,
    why: 'what the API server says of a write that fails is logged as it is',
  },
];

export const notYetHeld: NotYetHeld[] = [
  {
    cases: /, get e2especs: 200 with one of another (name|namespace), /,
    says: /^(a false pass|a false rollback|right after it|on record|the run does not end)/,
    why: 'an E2ESpec of another name or namespace is taken for the one that was asked for, with its records',
  },
  {
    cases: /, (list|get) \w+: 200 with (one of another|a list for an object)/,
    says: /^(a false pass|a false rollback|right after it|on record|the run does not end|starts nothing)/,
    why: 'another object, or another kind, is taken for the one that was asked for',
  },
  {
    cases:
      /, (create jobs( by dry run)?|patch e2especs\/status): 20[02] with (one of another|a Status of success|a list)/,
    says: /^(a false pass|starts nothing|right after it|on record)/,
    why: 'the answer to a write is not looked at closely enough to know that it was carried out',
  },
  {
    cases: /, create jobs( by dry run)?: (404|405|408|409|410|418)/,
    says: /^(blames the Job|right after it)/,
    why: 'a create that is refused for a reason of the API server’s own is told as a fault of the Job',
  },
  {
    cases: /^\/post-rollout /,
    says: /^a false alarm/,
    why: 'a second /post-rollout says that a verified promotion is not',
  },
];
