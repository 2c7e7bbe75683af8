/**
 * What a piece of work costs, however busy the machine is.
 */

/** Milliseconds of this thread on a processor. */
export function effortOf(work: () => unknown): number {
  const began = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1000;
}
