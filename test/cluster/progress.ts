/**
 * Tells a person what is going on: each part with its elapsed time, repeated while a long part runs.
 */
const REPEAT_AFTER_MS = 15_000;

export async function part<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const start = Date.now();
  const elapsed = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  const ticker = setInterval(() => console.log(`  ... ${title}: ${elapsed()}`), REPEAT_AFTER_MS);
  try {
    const result = await work();
    console.log(`  ${title}: ${elapsed()}`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}
