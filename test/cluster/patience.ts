/**
 * How long a suite waits for what it makes no claim about, before it gives up: it runs beside others, on a machine that may have
 * much else to do. It costs nothing where things happen. A claim in seconds has its own limit, where it is made.
 */
export const patience = { seconds: 300, ms: 300_000 };

/** For `kubectl wait` and `kubectl rollout status`. */
export const patiently = `--timeout=${patience.seconds}s`;

/** For one test, whose waits are each shorter: they say what was still missing, Mocha does not. */
export const longestTest = 900_000;
