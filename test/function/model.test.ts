/**
 * Random sequences of what can happen to a run, held against what is true of it: no pass, no rollback and no second test that
 * should not be, and every verdict ends on record, in an Event, and closed. MODEL_RUNS says how many, MODEL_SEED which.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../support/embedded/index.ts';
import { command } from './model/commands.ts';
import { notYetHeld } from './model/not-yet-held.ts';
import { carryOut } from './model/run.ts';

const numRuns = Number(process.env['MODEL_RUNS'] || 300);
const seed = process.env['MODEL_SEED'];

describe('Whatever happens to a run', function () {
  this.timeout(60_000 + numRuns * 1000);
  let kubernetes: EmbeddedKubernetes;
  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ runsJobs: false });
  });
  after(() => kubernetes.stop());

  it(`no verdict is wrong, none is lost, and no test is run twice at a time (${numRuns} sequences)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 1, maxLength: 30, size: 'max' }),
        fc.scheduler(),
        fc.constantFrom('passes' as const, 'fails' as const),
        (commands, scheduler, last) =>
          carryOut(kubernetes, commands, scheduler, last, isKnown).catch((error) => {
            if (!isKnown(error)) throw error;
          }),
      ),
      { numRuns, ...(seed && { seed: Number(seed) }) },
    );
  });

  for (const { why, says, commands, last, order = [] } of notYetHeld) {
    it(`does not hold yet: ${why}`, async () => {
      await assert.rejects(
        carryOut(kubernetes, commands, fc.schedulerFor(order), last),
        ({ message }: Error) => says.test(message),
        'it holds by now: take the line off the list',
      );
    });
  }
});

function isKnown(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return notYetHeld.some(({ says }) => says.test(message));
}
