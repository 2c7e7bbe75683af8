import assert from 'node:assert/strict';
import type { Row } from '../../../function/status/row.ts';
import type { Rollout } from '../../../function/status/subject.ts';
import { usersOf } from '../../../function/status/users.ts';
import { canaryIn } from './stage.ts';

const cases: [NonNullable<Rollout['phase']>, weight: number, Row['verdict'], words: RegExp, isHit: boolean][] = [
  ['Initializing', 0, 'NotRun', /^Flagger sets up the first revision$/, false],
  ['Initialized', 0, 'NotRun', /^all on the first revision \(old\), which no rollout has tested$/, false],
  ['Waiting', 0, 'NotBegun', /^all on the former revision \(old\); the new revision \(new\) waits to begin$/, false],
  [
    'Progressing',
    0,
    'Running',
    /^all on the former revision \(old\); the new revision \(new\) is being tested$/,
    false,
  ],
  ['Progressing', 20, 'Passed', /^20 % on the new revision \(new\), the rest on the former revision \(old\)$/, false],
  ['Progressing', 20, 'Running', /^20 % on the new revision/, false],
  ['Progressing', 20, 'Failed', /^20 % on the new revision/, true],
  ['Progressing', 0, 'Failed', /^all on the former revision .*; the new revision \(new\) is held back$/, false],
  [
    'Progressing',
    0,
    'Skipped',
    /^all on the former revision .*; a person let the new revision through without its test$/,
    false,
  ],
  [
    'Progressing',
    20,
    'Skipped',
    /^20 % on the new revision \(new\), .*; a person let the new revision through without its test$/,
    true,
  ],
  ['WaitingPromotion', 50, 'Skipped', /^50 % on the new revision .*; it waits to be promoted without its test$/, true],
  ['WaitingPromotion', 0, 'Skipped', /; it waits to be promoted without its test$/, false],
  ['Promoting', 100, 'Skipped', /^being moved to the new revision \(new\), without its test$/, true],
  [
    'Succeeded',
    0,
    'Skipped',
    /^promoted without its test, which a person skipped: all on the new revision \(old\), which no test has passed$/,
    true,
  ],
  ['Failed', 0, 'Skipped', /^rolled back: all on the former revision \(old\)$/, false],
  ['WaitingPromotion', 50, 'Passed', /^50 % on the new revision .*; it waits to be promoted$/, false],
  ['WaitingPromotion', 50, 'Inconclusive', /^50 %/, true],
  ['Promoting', 100, 'Passed', /^being moved to the new revision \(new\)$/, false],
  ['Finalising', 0, 'Failed', /^being moved to the new revision/, true],
  ['Succeeded', 0, 'Passed', /^promoted: all on the new revision \(old\)$/, false],
  ['Succeeded', 0, 'PromotedUnverified', /^promoted unverified: .* which no test has passed$/, true],
  ['Succeeded', 0, 'Failed', /, which its test has failed$/, true],
  ['Failed', 0, 'Failed', /^rolled back: all on the former revision \(old\)$/, false],
  ['Terminating', 0, 'Passed', /^Flagger no longer looks after it$/, false],
  ['Terminated', 0, 'Passed', /^Flagger no longer looks after it$/, false],
];

describe('Users of a Canary that is', () => {
  for (const [phase, weight, verdict, words, isHit] of cases) {
    it(`${phase} at ${weight} % and whose test is ${verdict} are ${isHit ? '' : 'not '}hit: ${words.source}`, () => {
      const users = usersOf(canaryIn(phase, { weight }), verdict);
      assert.match(users.words, words);
      assert.equal(users.isHit, isHit);
    });
  }
});
