import { expect, test } from 'vitest';
import { newSpanId, newTraceId, readTraceHeaders, xrayHeader } from './trace-headers.ts';

const traceId = '67891233abcdef012345678912345678';
const root = 'Root=1-67891233-abcdef012345678912345678';
const spanId = '53995c3f42cd8ad8';

test.each([
  [{ 'x-amzn-trace-id': root }, { traceId, spanId: undefined, sampled: undefined }],
  [
    { 'x-amzn-trace-id': `Self=1-67891233-12456789abcdef012345678;${root}` },
    { traceId, spanId: undefined, sampled: undefined },
  ],
  [{ 'x-amzn-trace-id': `${root};Parent=${spanId};Sampled=1` }, { traceId, spanId, sampled: true }],
  [
    { 'x-amzn-trace-id': `${root}; Parent=${spanId}; Sampled=0; Lineage=x` },
    { traceId, spanId, sampled: false },
  ],
  [{ 'x-amzn-trace-id': `${root};Sampled=?` }, { traceId, spanId: undefined, sampled: undefined }],
  [{ traceparent: `00-${traceId}-${spanId}-01` }, { traceId, spanId, sampled: true }],
  [
    { traceparent: `00-${traceId}-${spanId}-00`, 'x-amzn-trace-id': root },
    { traceId, spanId, sampled: false },
  ],
  [
    { traceparent: 'nonsense', 'x-amzn-trace-id': root },
    { traceId, spanId: undefined, sampled: undefined },
  ],
])('%j is understood', (headers, expected) => {
  expect(readTraceHeaders(headers)).toEqual(expected);
});

test.each([
  {},
  { 'x-amzn-trace-id': '' },
  { 'x-amzn-trace-id': 'Root=1-6789-abc' },
  { 'x-amzn-trace-id': 'Root=2-67891233-abcdef012345678912345678' },
  { 'x-amzn-trace-id': `Root=1-00000000-${'0'.repeat(24)}` },
  { traceparent: `00-${'0'.repeat(32)}-${spanId}-01` },
  { traceparent: `ff-${traceId}-${spanId}-01` },
  { traceparent: `00-${traceId}-${'0'.repeat(16)}-01` },
])('%j names no trace', (headers) => {
  expect(readTraceHeaders(headers)).toBeUndefined();
});

test('new ids have their form at both ends of what chance gives', () => {
  for (const chance of [0, 0.5, 1 - Number.EPSILON / 2]) {
    expect(newTraceId(1_700_000_000_000, () => chance)).toMatch(/^6553f100(?!0{24})[0-9a-f]{24}$/);
    expect(newSpanId(() => chance)).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
  }
  expect(newSpanId(() => 0)).toBe('0000000100000001');
  expect(xrayHeader(traceId, true)).toBe(`${root};Sampled=1`);
});
