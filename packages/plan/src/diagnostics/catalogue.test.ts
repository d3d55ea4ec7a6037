import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS, type DiagnosticEntry } from './catalogue.ts';
import { formatDiagnostics } from './format.ts';

const entries: readonly (readonly [string, DiagnosticEntry])[] = Object.entries(DIAGNOSTICS);

/** Codes that have been given once. A code leaves this list never; a new one is added at its end. */
const GIVEN = [
  ...['BW1001', 'BW1002', 'BW1003', 'BW1004', 'BW1005', 'BW1006', 'BW1007', 'BW1008'],
  ...['BW1101', 'BW1102', 'BW1103', 'BW1104', 'BW1105', 'BW1106', 'BW1107', 'BW1108', 'BW1109', 'BW1110'],
  ...['BW1201', 'BW1202', 'BW1203', 'BW1204', 'BW1205', 'BW1206', 'BW1207', 'BW1208', 'BW1209', 'BW1210'],
  ...['BW1301', 'BW1302', 'BW1303', 'BW1304', 'BW1305', 'BW1306', 'BW1307', 'BW1308', 'BW1309', 'BW1310'],
  ...['BW1311', 'BW1312', 'BW1313', 'BW1314', 'BW1315', 'BW1316', 'BW1317', 'BW1318', 'BW1319', 'BW1320'],
  ...['BW1321'],
  ...['BW1401', 'BW1402', 'BW1403', 'BW1404', 'BW1405', 'BW1406'],
  ...['BW1501', 'BW1502', 'BW1503', 'BW1504', 'BW1505', 'BW1506', 'BW1507', 'BW1508', 'BW1509'],
  ...['BW1601', 'BW1602', 'BW1603', 'BW1604', 'BW1605'],
  ...['BW1701'],
  ...['BW1801', 'BW1802', 'BW1803', 'BW1804'],
];

describe('the catalogue of diagnostics', () => {
  test('a code is never taken back and never given twice', () => {
    expect(entries.map(([code]) => code)).toEqual(GIVEN);
  });

  test.each(entries)(
    '%s says what is wrong, why, and what to do, in sentences',
    (_, { title, message, cause, fix }) => {
      expect(title).toMatch(/^[A-Z][^.]*$/);
      for (const text of [message, cause]) expect(text).toMatch(/(?:[.?]|\{known\})$/);
      expect(fix.length).toBeGreaterThan(5);
    },
  );
});

test('findings are shown with severity, code, path, message and fix, errors first, and counted', () => {
  const text = formatDiagnostics([
    { code: 'BW1403', severity: 'info', path: 'b', message: 'One.', fix: 'Two.' },
    { code: 'BW1001', severity: 'error', path: 'z', message: 'Three.', fix: 'Four.' },
  ]);
  expect(text).toBe(
    'error BW1001 z\n  Three.\n  → Four.\n\ninfo BW1403 b\n  One.\n  → Two.\n\n1 error, 1 note\n',
  );
  expect(formatDiagnostics([])).toBe('');
});
