// A suite: its steps, which end with the first that fails, and nothing left behind.
import { after, describe, it, type TestContext } from 'node:test';
import { find, type Resource } from './api.ts';
import { removeOfRun, removeOfSuite } from './made.ts';
import { Problem } from './problem.ts';
import { settings } from './settings.ts';
import { statsd } from './statsd.ts';

export type Step = (sentence: string, run: (test: TestContext) => unknown) => void;

interface Suite {
  /** In the suite's namespace: what other runs have left of it goes first, and what this one has made goes last. */
  makes?: Resource[];
  /** What comes before the first step in place of it. */
  begin?: () => Promise<void>;
}

export function suite(name: string, { makes = [], begin }: Suite, define: (step: Step) => void): void {
  let isBegun = false;
  let end: string | undefined;

  const step: Step = (sentence, check) =>
    it(sentence, async (test) => {
      if (end !== undefined) return test.skip(end);
      try {
        if (!isBegun) await (begin?.() ?? sweep(name, makes));
        isBegun = true;
        await check(test);
      } catch (error) {
        end = `after: ${sentence}`;
        if (error instanceof Problem) statsd.error(error.resource, error.area, error.error);
        throw error;
      }
    });

  describe(name, () => {
    after(async () => {
      if (isBegun) await removeOfRun(makes);
      await statsd.flush();
    });
    define(step);
  });
}

/**
 * Throws what the runner takes for inconclusive where there is no namespace to test in. One run at a time: what another one has
 * made is taken for left over, whether it has ended or not.
 */
async function sweep(name: string, makes: Resource[]): Promise<void> {
  const { namespace } = settings;
  if ((await find('namespaces', namespace)) === undefined)
    throw new Error(`inconclusive: namespace ${namespace} is not there`);
  await removeOfSuite(name, makes);
}
