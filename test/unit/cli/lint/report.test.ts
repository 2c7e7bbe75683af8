/**
 * The three outputs, to the letter.
 */
import assert from 'node:assert/strict';
import type { Checked, Located, Outcome } from '../../../../function/cli/lint/check.ts';
import {
  coloured,
  plain,
  problemAnnotation,
  problemLine,
  summaryOf,
  toGithub,
  toJson,
  toText,
} from '../../../../function/cli/lint/report.ts';

const inFile = { file: 'deploy/a.yaml', line: 12, column: 9 };

function finding(more: Partial<Located>): Located {
  const at = { kind: 'Canary', name: 'podinfo', path: ['spec', 'analysis', 'webhooks', 0, 'url'] } as const;
  return { severity: 'error', webhook: 'e2e', at, message: 'it does not gate', place: inFile, ...more };
}

function canary(findings: Located[], more: Partial<Checked> = {}): Checked {
  const place = { file: 'deploy/a.yaml', line: 1, column: 1 };
  return { name: 'podinfo', namespace: 'shop', place, findings, gating: 'waits for its test', ...more };
}

const ofSpec = { kind: 'E2ESpec', name: 'tests', path: ['spec', 'image'] } as const;
const { webhook: _, ...ofNone } = finding({ severity: 'advice', message: 'better so' });

const outcome: Outcome = {
  checked: [canary([finding({})]), canary([{ ...ofNone, at: ofSpec }], { name: 'api' })],
  others: [],
};
const inCluster: Outcome = {
  checked: outcome.checked.map((each) => ({
    ...each,
    place: undefined,
    findings: each.findings.map((found) => ({ ...found, place: undefined })),
  })),
  others: ['a/one', 'a/two', 'b/three', 'b/four', 'b/five', 'b/six', 'b/seven'],
};

const painted = new RegExp(String.raw`${'\u001b'}\[1;3[123]m(error|advice|ok)${'\u001b'}\[0m`);

describe('The text', () => {
  it('begins with the place in a file, as editors and other tools take it', () => {
    assert.deepEqual(toText(outcome, plain), [
      'deploy/a.yaml:12:9: error: shop/podinfo: webhook e2e: it does not gate',
      'deploy/a.yaml:12:9: advice: shop/api: E2ESpec tests: better so',
      'ok: shop/api waits for its test',
      '2 Canaries: 1 ok, 1 error, 1 piece of advice',
    ]);
  });

  it('begins with the Canary in a cluster, and counts those that do not call the verifier', () => {
    assert.deepEqual(toText(inCluster, plain), [
      'shop/podinfo: webhook e2e: error: it does not gate',
      'shop/api: E2ESpec tests: advice: better so',
      'ok: shop/api waits for its test',
      '7 Canaries do not call the verifier: a/one, a/two, b/three, b/four, b/five and 2 more',
      '2 Canaries: 1 ok, 1 error, 1 piece of advice',
    ]);
    assert.deepEqual(toText({ checked: [], others: ['one'] }, plain), ['1 Canary does not call the verifier: one']);
  });

  it('is one line for one Canary that is ok', () => {
    const one = canary([], { namespace: undefined });
    assert.deepEqual(toText({ checked: [one], others: [] }, plain), ['ok: podinfo waits for its test']);
  });

  it('has its colours in one word of a line', () => {
    const unpainted = toText(outcome, coloured).map((line) => line.replace(painted, '$1'));
    assert.deepEqual(unpainted, toText(outcome, plain));
  });
});

describe('The JSON', () => {
  const position = { line: 2, column: 3 };
  const problems = [{ file: 'a.yaml', position, message: 'no YAML' }, { message: 'no Canary' }];

  it('is one object of Canaries with their findings, and a summary', () => {
    assert.deepEqual(JSON.parse(toJson({ ...outcome, others: ['other'] }, problems)), {
      canaries: [
        {
          name: 'podinfo',
          namespace: 'shop',
          file: 'deploy/a.yaml',
          line: 1,
          column: 1,
          ok: false,
          findings: [
            {
              severity: 'error',
              webhook: 'e2e',
              kind: 'Canary',
              name: 'podinfo',
              path: 'spec.analysis.webhooks[0].url',
              ...inFile,
              message: 'it does not gate',
            },
          ],
        },
        {
          name: 'api',
          namespace: 'shop',
          file: 'deploy/a.yaml',
          line: 1,
          column: 1,
          ok: true,
          gating: 'waits for its test',
          findings: [
            {
              severity: 'advice',
              kind: 'E2ESpec',
              name: 'tests',
              path: 'spec.image',
              ...inFile,
              message: 'better so',
            },
          ],
        },
      ],
      others: ['other'],
      problems: [{ file: 'a.yaml', ...position, message: 'no YAML' }, { message: 'no Canary' }],
      summary: { canaries: 2, ok: 1, errors: 1, advice: 1 },
    });
  });

  it('has a path as Kubernetes writes it, whatever the keys', () => {
    const at = { kind: 'Canary', name: 'podinfo', path: ['metadata', 'labels', 'app.kubernetes.io/name'] } as const;
    const json = toJson({ checked: [canary([finding({ at })])], others: [] }, []);
    assert.match(json, /"path": "metadata\.labels\[app\.kubernetes\.io\/name\]"/);
  });

  it('names no file in a cluster', () => {
    assert.doesNotMatch(toJson(inCluster, []), /"(file|line|column)"/);
  });
});

describe('What GitHub reads', () => {
  const relative = (file: string) => `services/shop/${file}`;

  it('is an annotation for each finding, at its place in the repository', () => {
    assert.deepEqual(toGithub(outcome, relative), [
      '::error file=services/shop/deploy/a.yaml,line=12,col=9,title=shop/podinfo%3A webhook e2e::it does not gate',
      '::notice file=services/shop/deploy/a.yaml,line=12,col=9,title=shop/api%3A E2ESpec tests::better so',
      'ok: shop/api waits for its test',
      '2 Canaries: 1 ok, 1 error, 1 piece of advice',
    ]);
  });

  it('has no place for what is no file of the repository', () => {
    const [first] = toGithub(outcome, () => undefined);
    assert.equal(first, '::error title=shop/podinfo%3A webhook e2e::it does not gate');
    assert.equal(
      problemAnnotation({ file: '<stdin>', position: inFile, message: 'no' }, () => undefined),
      '::error ::no',
    );
  });

  it('has no place for what is in a cluster', () => {
    const [first] = toGithub(inCluster, relative);
    assert.equal(first, '::error title=shop/podinfo%3A webhook e2e::it does not gate');
  });

  it('is escaped, so that nobody writes a command of his own', () => {
    const found = finding({
      webhook: 'a,line=1::b',
      message: '100 % wrong\n::error::no\r',
      place: { ...inFile, file: 'a:b,c%.yaml' },
    });
    const [line] = toGithub({ checked: [canary([found])], others: [] }, (file) => file);
    assert.equal(
      line,
      '::error file=a%3Ab%2Cc%25.yaml,line=12,col=9,title=shop/podinfo%3A webhook a%2Cline=1%3A%3Ab::100 %25 wrong | ::error::no',
    );
  });
});

describe('What cannot be read', () => {
  const position = { line: 3, column: 1 };

  it('is said with its place, as far as there is one', () => {
    assert.equal(problemLine({ file: 'a.yaml', position, message: 'no' }, plain), 'a.yaml:3:1: error: no');
    assert.equal(problemLine({ file: 'a.yaml', message: 'no' }, plain), 'a.yaml: error: no');
    assert.equal(problemLine({ message: 'no' }, plain), 'error: no');
  });

  it('is an annotation, too', () => {
    const relative = (file: string) => `x/${file}`;
    const line = problemAnnotation({ file: 'a.yaml', position, message: 'no' }, relative);
    assert.equal(line, '::error file=x/a.yaml,line=3,col=1::no');
    assert.equal(problemAnnotation({ message: 'no' }, relative), '::error ::no');
  });
});

describe('The status', () => {
  it('counts a Canary with advice alone as ok', () => {
    assert.deepEqual(summaryOf(outcome), { canaries: 2, ok: 1, errors: 1, advice: 1 });
  });
});

describe('Text of a stranger', () => {
  const evil = 'a\u001b[2Jb\u202ec\u0007\nd';
  const found = finding({ webhook: evil, message: evil, place: { ...inFile, file: evil } });
  const strange: Outcome = { checked: [canary([found], { name: evil }), canary([], { gating: evil })], others: [evil] };
  const inNoFile = { ...found, place: undefined };
  const strangeInCluster: Outcome = { checked: [canary([inNoFile], { name: evil })], others: [] };
  const outputs = {
    text: () => toText(strange, plain).join('\n'),
    'text of a cluster': () => toText(strangeInCluster, plain).join('\n'),
    json: () => toJson(strange, []),
    github: () => toGithub(strange, (file) => file).join('\n'),
    'a problem': () => problemLine({ file: evil, message: evil }, plain),
  };
  for (const [name, output] of Object.entries(outputs)) {
    it(`reaches no terminal as it is: ${name}`, () => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
      assert.doesNotMatch(output(), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|\\u/);
      assert.doesNotMatch(output(), /^d/m);
    });
  }
});
