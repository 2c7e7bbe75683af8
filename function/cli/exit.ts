/**
 * Exit statuses, the same for every command.
 */
export const statuses = {
  /** The test has passed; nothing is wrong. */
  passed: 0,
  /** The test has failed; something is wrong. */
  failed: 1,
  /** There is no verdict: what was asked for could not be done. */
  couldNotRun: 2,
  /** https://man.freebsd.org/cgi/man.cgi?query=sysexits EX_USAGE */
  usage: 64,
  /** 128 and the number of SIGINT, as shells count. */
  interrupted: 130,
} as const;

export type Status = (typeof statuses)[keyof typeof statuses];

/** An action of commander, which has no way to hand over a status of its own. */
export function exitsWith<Args extends unknown[]>(act: (...args: Args) => Promise<Status>) {
  return async (...args: Args): Promise<void> => {
    process.exitCode = await act(...args);
  };
}
