import { describe, expect, it } from 'vitest';
import { parseSpanId, parseTraceId, toXrayTraceId } from './trace-id.ts';

describe('trace ids', () => {
  it('reads both forms and writes the one of X-Ray', () => {
    expect(parseTraceId('1-5759e988-bd862e3fe1be46a994272793')).toBe('5759e988bd862e3fe1be46a994272793');
    expect(parseTraceId('5759E988BD862E3FE1BE46A994272793')).toBe('5759e988bd862e3fe1be46a994272793');
    expect(toXrayTraceId('5759e988bd862e3fe1be46a994272793')).toBe('1-5759e988-bd862e3fe1be46a994272793');
  });

  it.each(['', '1-5759e988-bd86', '0'.repeat(32), `${'0'.repeat(31)}g`, 7, null, undefined])(
    'refuses %s',
    (id) => {
      expect(parseTraceId(id)).toBeNull();
      expect(parseSpanId(id)).toBeNull();
    },
  );
});
