import assert from 'node:assert/strict';
import { detailOf } from '../../../function/status/detail.ts';
import { canaryIn, entry, now, recordOf, testNamed } from './stage.ts';

const clock = { now, silence: 1200 };

function partWith(verdict: Parameters<typeof entry>[0], more: Parameters<typeof entry>[1] & { job?: string } = {}) {
  const { job, ...facts } = more;
  const latest = entry(verdict, facts);
  const runs = [recordOf(latest, { message: `${'word '.repeat(100)}end`, ...(job !== undefined && { job }) })];
  const [part] = detailOf(testNamed('cart', { latest: [latest], runs }), [canaryIn('Failed')], clock).parts;
  if (part === undefined) throw new Error('there is no part');
  return part;
}

const linesOf = (part: ReturnType<typeof partWith>) => part.commands.map(({ line }) => line);

describe('The page of a test', () => {
  it('has the whole message of each run', () => {
    const [run] = partWith('Failed').runs;
    assert.match(run?.message ?? '', /^word .* end$/);
    assert.ok((run?.message.length ?? 0) > 500);
  });

  it("says what to do, in the words of the reason's row", () => {
    assert.match(partWith('Failed', { reason: 'TestsFailed' }).action ?? '', /^read what failed/);
    assert.equal(partWith('Passed').action, undefined);
  });

  it('has the lines to copy with the namespace, the field manager and the Job in them', () => {
    assert.deepEqual(linesOf(partWith('Failed', { job: 'e2e-cart-c1' })), [
      'kubectl logs -n shop job/e2e-cart-c1 -c e2e',
      'kubectl describe -n shop e2e cart',
      'kubectl describe -n shop canary cart',
      'kubectl annotate --field-manager=e2e-verifier -n shop e2e cart remarkable.com/requestedAt="$(date -u +%FT%TZ)" remarkable.com/skip- --overwrite',
      'kubectl annotate --field-manager=e2e-verifier -n shop e2e cart remarkable.com/skip="cart/c1: say why" --overwrite',
    ]);
  });

  it('offers no skip of what has passed', () => {
    assert.ok(!linesOf(partWith('Passed')).some((line) => line.includes('skip=')));
  });

  const traps: [string, Parameters<typeof partWith>[1]][] = [
    ['Job', { job: 'x; rm -rf ~' }],
    ['Canary', { canary: '$(reboot)' }],
    ['checksum', { checksum: '"; reboot; "' }],
  ];
  for (const [what, more] of traps) {
    it(`has no line with the name of a ${what} that is none`, () => {
      assert.ok(linesOf(partWith('Failed', more)).every((line) => !/reboot|rm -rf/.test(line)));
    });
  }
});
