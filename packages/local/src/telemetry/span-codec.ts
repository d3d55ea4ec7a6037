import type { SpanRecord } from '@breakwater/protocol';

const SCRATCH_BYTES = 96 * 1024;
const KINDS: readonly SpanRecord['kind'][] = ['server', 'client', 'internal', 'producer', 'consumer'];

/** One line of JSON a span: small, quick with V8, and a chain of spans is their concatenation. */
type SpanLine = readonly [
  spanId: string,
  parentId: string | null,
  service: string,
  name: string,
  kind: number,
  startedAt: number,
  durationMs: number,
  error: 0 | 1,
  attributes: SpanRecord['attributes'],
];

const scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

/** A span as bytes; the buffer is reused by the next call. A span too large for it loses its attributes. */
export function encodeSpan(span: SpanRecord): { readonly bytes: Buffer; readonly length: number } {
  let text = lineOf(span, span.attributes);
  // At most three bytes of UTF-8 for each UTF-16 unit.
  if (text.length * 3 > SCRATCH_BYTES) text = lineOf(span, {});
  return { bytes: scratch, length: scratch.write(text, 'utf8') };
}

/** The spans of a chain, as they came. */
export function decodeSpans(bytes: Buffer): SpanRecord[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((text) => {
      // Lines are written by lineOf only.
      const line = JSON.parse(text) as SpanLine;
      const [spanId, parentId, service, name, kind, startedAt, durationMs, error, attributes] = line;
      return {
        spanId,
        parentId,
        service,
        name,
        kind: KINDS[kind] ?? 'internal',
        startedAt,
        durationMs,
        error: error === 1,
        attributes,
      };
    });
}

function lineOf(span: SpanRecord, attributes: SpanRecord['attributes']): string {
  const line: SpanLine = [
    span.spanId,
    span.parentId,
    span.service,
    span.name,
    KINDS.indexOf(span.kind),
    span.startedAt,
    span.durationMs,
    span.error ? 1 : 0,
    attributes,
  ];
  return `${JSON.stringify(line)}\n`;
}
