import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VerifyReport } from '../report.ts';
import { escapeXml, renderVerifyJunit } from './junit.ts';
import { renderVerifyText } from './text.ts';

const base = { expected: null, found: null, reason: null, durationMs: 12 };
const REPORT: VerifyReport = {
  system: 'shop',
  env: 'dev',
  region: 'eu-south-1',
  account: '123456789012',
  startedAt: 0,
  durationMs: 1_234,
  passed: 1,
  failed: 1,
  skipped: 1,
  checks: [
    {
      ...base,
      id: 'network.vpc',
      area: 'network',
      title: 'it is there',
      state: 'passed',
      found: '10.0.0.0/16',
    },
    {
      ...base,
      id: 'tables.s.ttl',
      area: 'tables',
      title: 'items expire',
      state: 'failed',
      expected: '"expiry" <b>',
      found: 'none & nothing',
    },
    {
      ...base,
      id: 'behaviour.unknown-path',
      area: 'behaviour',
      title: 'it is 404',
      state: 'skipped',
      reason: 'No address.',
    },
  ],
};

test('text is a line per check, with what was expected and found only where it matters', () => {
  expect(renderVerifyText(REPORT)).toBe(
    [
      'ok      network.vpc             it is there',
      'FAILED  tables.s.ttl            items expire: expected "expiry" <b>; found none & nothing',
      'skipped behaviour.unknown-path  it is 404: No address.',
      '',
      'shop dev in eu-south-1: 1 passed, 1 failed, 1 skipped in 1.2 s',
    ].join('\n'),
  );
});

test('JUnit counts by area and escapes what people and AWS write', () => {
  expect(renderVerifyJunit(REPORT)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="shop dev" tests="3" failures="1" skipped="1" time="1.234" timestamp="1970-01-01T00:00:00.000Z">
  <testsuite name="network" tests="1" failures="0" skipped="0" time="0.012">
    <testcase classname="network" name="network.vpc: it is there" time="0.012"/>
  </testsuite>
  <testsuite name="tables" tests="1" failures="1" skipped="0" time="0.012">
    <testcase classname="tables" name="tables.s.ttl: items expire" time="0.012">
      <failure message="expected &quot;expiry&quot; &lt;b&gt;; found none &amp; nothing">expected &quot;expiry&quot; &lt;b&gt;; found none &amp; nothing</failure>
    </testcase>
  </testsuite>
  <testsuite name="behaviour" tests="1" failures="0" skipped="1" time="0.012">
    <testcase classname="behaviour" name="behaviour.unknown-path: it is 404" time="0.012">
      <skipped message="No address."/>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('no text leaves a character that XML does not have, or opens a tag', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeXml(`${text}\u0000\uD800<`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
      expect(escaped).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF<>]|\p{Surrogate}/u);
    }),
  );
});
