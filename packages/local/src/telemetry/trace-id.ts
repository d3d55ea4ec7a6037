const W3C = /^[0-9a-f]{32}$/i;
const XRAY = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i;
const SPAN = /^[0-9a-f]{16}$/i;
const ZEROS = /^0+$/;

/**
 * Reads a trace id in W3C's form (`5759e988bd862e3fe1be46a994272793`) or X-Ray's (`1-5759e988-bd862e3fe1be46a994272793`)
 * and gives 32 lower-case hexadecimal digits; null when it is neither, or all zeros.
 * {@link https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html}
 */
export function parseTraceId(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const xray = XRAY.exec(text);
  const digits = xray === null ? text : `${xray[1]}${xray[2]}`;
  return W3C.test(digits) && !ZEROS.test(digits) ? digits.toLowerCase() : null;
}

/** `1-5759e988-bd862e3fe1be46a994272793` of 32 hexadecimal digits. */
export function toXrayTraceId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

/** 16 lower-case hexadecimal digits; null for anything else, or all zeros. */
export function parseSpanId(text: unknown): string | null {
  return typeof text === 'string' && SPAN.test(text) && !ZEROS.test(text) ? text.toLowerCase() : null;
}
