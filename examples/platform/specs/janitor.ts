// Beside a test, from before it begins: removes what its run has made when the pod ends, also where the test was killed.
//
//     node janitor.ts RESOURCE...
import type { Resource } from './api.ts';
import { removeOfRun } from './made.ts';

const makes = process.argv.slice(2) as Resource[];

process.once('SIGTERM', async () => {
  try {
    await removeOfRun(makes);
    console.log(`nothing of this run is left of ${makes.join(', ')}`);
  } catch (error) {
    // The next run sweeps.
    console.error(error);
    process.exitCode = 1;
  }
  clearInterval(waiting);
});

const waiting = setInterval(() => {}, 1_000_000);
