import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmSettings, AlarmStateValue, MissingDataTreatment } from './alarm.ts';
import { alarmEvaluationIntervalMs, alarmProblem, evaluateAlarm, evaluationRange } from './alarm.ts';
import { initialAlarmState, stepAlarm } from './alarm-actions.ts';
import { datapointWindow } from './datapoint.ts';

const settings = (m: number, treatMissingData: MissingDataTreatment = 'missing'): AlarmSettings => ({
  comparison: 'GreaterThanThreshold',
  threshold: 0.5,
  periodMs: 60_000,
  evaluationPeriods: 3,
  datapointsToAlarm: m,
  treatMissingData,
});

/** `0` is fine, `X` breaches, `-` is missing, the newest on the right. */
const points = (text: string) =>
  text.split(' ').map((sign) => (sign === '-' ? undefined : sign === 'X' ? 1 : 0));

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** The outcome by treatment; `keep` when it is the state before, whatever that was. */
function outcomes(text: string, m: number): readonly string[] {
  return TREATMENTS.map((treatment) => {
    const states = (['OK', 'ALARM'] as const).map(
      (current) => evaluateAlarm(settings(m, treatment), points(text), current).state,
    );
    return states[0] === states[1] ? (states[0] ?? '') : 'keep';
  });
}

describe('alarm evaluation with missing data', () => {
  it.each([
    ['0 - X - X', 0, ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', 2, ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', 3, ['INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK']],
    ['0 X X - X', 0, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', 2, ['ALARM', 'keep', 'ALARM', 'OK']],
  ])('reproduces the table for 3 of 3: %s', (text, fills, expected) => {
    expect(outcomes(text, 3)).toEqual(expected);
    expect(evaluateAlarm(settings(3), points(text), 'OK').filled).toBe(fills);
  });

  it.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', 'keep', 'ALARM', 'OK']],
  ])('reproduces the table for 2 of 3: %s', (text, expected) => {
    expect(outcomes(text, 2)).toEqual(expected);
  });

  it('does not alarm prematurely on one new breaching datapoint', () => {
    for (const text of ['- - - - X', '- - - X -']) {
      expect(evaluateAlarm(settings(3), points(text), 'OK').state).toBe('OK');
    }
    expect(evaluateAlarm(settings(3), points('- - X - -'), 'OK').state).toBe('ALARM');
    expect(evaluateAlarm(settings(2), points('- - - - X'), 'OK').state).toBe('OK');
  });

  it('compares in all four ways', () => {
    const state = (comparison: AlarmSettings['comparison'], value: number) =>
      evaluateAlarm({ ...settings(1), comparison, evaluationPeriods: 1 }, [value], 'OK').state;
    expect(state('GreaterThanThreshold', 0.5)).toBe('OK');
    expect(state('GreaterThanOrEqualToThreshold', 0.5)).toBe('ALARM');
    expect(state('LessThanThreshold', 0.5)).toBe('OK');
    expect(state('LessThanOrEqualToThreshold', 0.5)).toBe('ALARM');
  });

  it('never throws, counts at most N values and alarms on M or more breaching ones', () => {
    const value = fc.option(fc.double({ noNaN: true }), { nil: undefined });
    const input = fc.record({
      n: fc.integer({ min: 1, max: 10 }),
      window: fc.array(value, { maxLength: 12 }),
      treatment: fc.constantFrom(...TREATMENTS),
      current: fc.constantFrom<AlarmStateValue>('OK', 'ALARM', 'INSUFFICIENT_DATA'),
    });
    fc.assert(
      fc.property(input, fc.nat(), ({ n, window, treatment, current }, pick) => {
        const m = 1 + (pick % n);
        const alarm = { ...settings(m, treatment), evaluationPeriods: n };
        const result = evaluateAlarm(alarm, window, current);
        expect(result.counted.length + result.filled).toBe(n);
        if (result.breaching >= m) expect(result.state).toBe('ALARM');
        if (result.filled === 0 && result.breaching < m) expect(result.state).toBe('OK');
      }),
    );
  });
});

describe('alarm actions', () => {
  const step = (
    state: ReturnType<typeof initialAlarmState>,
    now: number,
    text: string,
    actions: 'once' | 'auto-scaling',
  ) => stepAlarm(settings(3), state, { now, window: points(text), actions });

  it('are invoked on a change of state only', () => {
    const first = step(initialAlarmState(0), 60_000, 'X X X X X', 'once');
    expect(first).toMatchObject({
      act: true,
      changedFrom: 'INSUFFICIENT_DATA',
      state: { value: 'ALARM', since: 60_000 },
    });
    const second = step(first.state, 120_000, 'X X X X X', 'once');
    expect(second).toMatchObject({ act: false, changedFrom: undefined });
    expect(second.state).toBe(first.state);
  });

  it('of Auto Scaling are invoked again each minute while the state lasts', () => {
    const first = step(initialAlarmState(0), 60_000, 'X X X X X', 'auto-scaling');
    expect(step(first.state, 70_000, 'X X X X X', 'auto-scaling').act).toBe(false);
    const again = step(first.state, 120_000, 'X X X X X', 'auto-scaling');
    expect(again).toMatchObject({
      act: true,
      changedFrom: undefined,
      state: { since: 60_000, actedAt: 120_000 },
    });
  });

  it('come each minute for periods of a minute and each 10 seconds below', () => {
    expect([60_000, 300_000, 20_000, 10_000].map(alarmEvaluationIntervalMs)).toEqual([
      60_000, 60_000, 10_000, 10_000,
    ]);
  });
});

describe('a problem with an alarm', () => {
  it('is a foreign period, more than N datapoints or a range above a day', () => {
    expect(alarmProblem(settings(3))).toBeUndefined();
    expect(alarmProblem({ ...settings(1), periodMs: 20_000 })).toBeUndefined();
    expect(alarmProblem({ ...settings(1), periodMs: 45_000 })).toContain('45 s');
    expect(alarmProblem(settings(4))).toContain('not 4');
    expect(alarmProblem({ ...settings(1), evaluationPeriods: 1_441 })).toContain('1 day');
    expect(alarmProblem({ ...settings(1), periodMs: 3_600_000, evaluationPeriods: 168 })).toBeUndefined();
  });
});

describe('the window of datapoints', () => {
  const data = [0, 1, 3].map((minute) => ({ timestamp: minute * 60_000, value: minute }));

  it('holds the newest complete periods, undefined where there is none', () => {
    expect(datapointWindow(data, { now: 250_000, periodMs: 60_000, periods: 5 })).toEqual([
      undefined,
      0,
      1,
      undefined,
      3,
    ]);
    expect(datapointWindow(data, { now: 239_999, periodMs: 60_000, periods: 3 })).toEqual([0, 1, undefined]);
  });

  it('holds nothing that is not published yet', () => {
    const options = { periodMs: 60_000, periods: 2, publishDelayMs: 90_000 };
    expect(datapointWindow(data, { ...options, now: 209_999 })).toEqual([undefined, 0]);
    expect(datapointWindow(data, { ...options, now: 210_000 })).toEqual([0, 1]);
  });

  it('is five periods for three evaluation periods', () => {
    expect(evaluationRange({ evaluationPeriods: 3 })).toBe(5);
  });
});
