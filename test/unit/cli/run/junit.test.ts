import assert from 'node:assert/strict';
import { type JUnitResult, toJUnit } from '../../../../function/cli/run/junit.ts';

const ran = { startedAt: '2026-11-21T10:00:00Z', finishedAt: '2026-11-21T10:00:12Z' };
const place = { name: 'podinfo', namespace: 'shop' };
const xmlOf = (verdict: Partial<JUnitResult['verdict']>, failures: JUnitResult['failures'] = []) =>
  toJUnit({ ...place, failures, verdict: { kind: 'failed', reason: 'Error', message: 'boom', ...verdict } });

describe('JUnit XML', () => {
  it('has one case for a test that has passed, and its counts as properties', () => {
    const counts = { total: 42, passed: 41, failed: 0, skipped: 1 };
    assert.equal(
      xmlOf({ kind: 'passed', reason: 'Passed', message: '41 of 42 tests passed', counts, ran }),
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="e2e" tests="1" failures="0" errors="0" time="12">
  <testsuite name="shop/podinfo" tests="1" failures="0" errors="0" time="12" timestamp="2026-11-21T10:00:00Z">
    <properties>
      <property name="reason" value="Passed"/>
      <property name="total" value="42"/>
      <property name="passed" value="41"/>
      <property name="failed" value="0"/>
      <property name="skipped" value="1"/>
    </properties>
    <testcase classname="shop/podinfo" name="podinfo">
      <system-out>41 of 42 tests passed</system-out>
    </testcase>
  </testsuite>
</testsuites>
`,
    );
  });

  it('has a case for each test that has failed, by its name', () => {
    const xml = xmlOf({ counts: { total: 9, failed: 3 } }, [{ name: 'login', message: 'no form' }, { name: 'search' }]);
    assert.match(xml, /tests="3" failures="3" errors="0"/);
    assert.match(xml, /name="login">\n +<failure type="Error" message="no form">no form<\/failure>/);
    assert.match(xml, /name="search">\n +<failure type="Error" message="it failed">/);
    assert.match(xml, /name="podinfo: 1 more">/);
  });

  it('has one failed case where the test names none', () => {
    assert.match(xmlOf({}), /name="podinfo">\n +<failure type="Error" message="boom">boom<\/failure>/);
  });

  it('has an error where there is no verdict', () => {
    const xml = xmlOf({ kind: 'inconclusive', reason: 'ErrImagePull', message: 'not found' });
    assert.match(xml, /tests="1" failures="0" errors="1"/);
    assert.match(xml, /<error type="ErrImagePull" message="not found">/);
  });

  it('is XML whatever a test says', () => {
    const name = `a<b>&"'\u0000\u001b[31m\ufffe\ud800]]>`;
    const xml = xmlOf({}, [{ name, message: '</failure>\n<x/>' }]);
    assert.match(xml, /name="a&lt;b&gt;&amp;&quot;&apos; ?\]\]&gt;"/);
    assert.match(xml, />&lt;\/failure&gt; \| &lt;x\/&gt;<\/failure>/);
    assert.doesNotMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  });
});
