/** The three states of an alarm. */
export type AlarmStateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What an alarm makes of periods without data. Default `missing`. */
export type MissingDataTreatment = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** How a value is compared with the threshold. */
export type AlarmComparison =
  | 'GreaterThanThreshold'
  | 'GreaterThanOrEqualToThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

/** An alarm on one metric: M breaching datapoints out of the last N. */
export interface AlarmSettings {
  readonly comparison: AlarmComparison;
  readonly threshold: number;
  /** 10, 20, 30 seconds or a multiple of 60, in milliseconds. */
  readonly periodMs: number;
  /** N. */
  readonly evaluationPeriods: number;
  /** M; at most N. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingDataTreatment;
}

/**
 * Periods beyond N that CloudWatch fetches to find real datapoints: 5 are looked at for N = 3 in its examples.
 * Documented by example: {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html}.
 */
export const EVALUATION_RANGE_EXTRA_PERIODS = 2;

/** Number of periods an evaluation looks at: N and the extra ones. */
export function evaluationRange(settings: Pick<AlarmSettings, 'evaluationPeriods'>): number {
  return settings.evaluationPeriods + EVALUATION_RANGE_EXTRA_PERIODS;
}

/** What one evaluation found and on which values. */
export interface AlarmEvaluation {
  readonly state: AlarmStateValue;
  /** The real values it counted, oldest first. */
  readonly counted: readonly number[];
  readonly breaching: number;
  /** Missing periods that had to be filled in, because there were fewer than N real values. */
  readonly filled: number;
  /** Why, in words. */
  readonly reason: string;
}

/** Whether a value breaches the alarm's threshold. */
export function isBreaching(
  settings: Pick<AlarmSettings, 'comparison' | 'threshold'>,
  value: number,
): boolean {
  switch (settings.comparison) {
    case 'GreaterThanThreshold':
      return value > settings.threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= settings.threshold;
    case 'LessThanThreshold':
      return value < settings.threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= settings.threshold;
  }
}

/**
 * Evaluates M out of N with missing data. With N or more real values in the range the newest N count and the missing
 * data treatment is not used; with fewer, all real values count and as few missing ones as needed are filled in.
 *
 * Premature alarms: with `missing`, fewer than M real values alarm only when all of them breach and the oldest is at
 * least M periods old, so `- - X - -` alarms for M = 3 and `- - - - X` does not.
 *
 * @param window values of the evaluation range, oldest first, undefined where there is none
 * @param current the state before; kept when the treatment is `ignore` and the data do not decide
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export function evaluateAlarm(
  settings: AlarmSettings,
  window: readonly (number | undefined)[],
  current: AlarmStateValue,
): AlarmEvaluation {
  const n = settings.evaluationPeriods;
  const m = settings.datapointsToAlarm;
  const counted: number[] = [];
  let breaching = 0;
  let oldestBreachingAge = 0;
  for (let i = window.length - 1; i >= 0 && counted.length < n; i--) {
    const value = window[i];
    if (value === undefined) continue;
    counted.push(value);
    if (isBreaching(settings, value)) {
      breaching++;
      oldestBreachingAge = window.length - i;
    }
  }
  counted.reverse();
  const filled = n - counted.length;
  const found = (state: AlarmStateValue, reason: string) => ({ state, counted, breaching, filled, reason });
  const share = `${breaching} of ${counted.length} datapoints breach the threshold ${settings.threshold}, ${m} of ${n} are needed`;
  if (breaching >= m) return found('ALARM', share);
  if (filled === 0) return found('OK', share);
  switch (settings.treatMissingData) {
    case 'breaching':
      return breaching + filled >= m
        ? found('ALARM', `${share}; ${filled} missing count as breaching`)
        : found('OK', `${share}; ${filled} missing count as breaching`);
    case 'notBreaching':
      return found('OK', `${share}; ${filled} missing count as not breaching`);
    case 'ignore':
      return counted.length === breaching
        ? found(current, `${share}; missing data is ignored and the state kept`)
        : found('OK', share);
    case 'missing':
      if (counted.length === 0)
        return found('INSUFFICIENT_DATA', 'there is no datapoint in the evaluation range');
      if (counted.length === breaching && oldestBreachingAge >= m) {
        return found(
          'ALARM',
          `${share}; every datapoint breaches and the oldest is ${oldestBreachingAge} periods old`,
        );
      }
      return found('OK', share);
  }
}

/**
 * How often an alarm is evaluated, in milliseconds: each minute for periods of a minute and more (documented), every
 * 10 seconds for shorter ones (documented for 10 and 30 s, inferred for 20 s).
 * {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html}
 */
export function alarmEvaluationIntervalMs(periodMs: number): number {
  return periodMs >= 60_000 ? 60_000 : 10_000;
}

/**
 * What makes settings ones that CloudWatch would refuse, as a sentence; undefined when they are fine.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function alarmProblem(settings: AlarmSettings): string | undefined {
  const seconds = settings.periodMs / 1000;
  const { evaluationPeriods: n, datapointsToAlarm: m } = settings;
  if (![10, 20, 30].includes(seconds) && !(seconds > 0 && seconds % 60 === 0)) {
    return `An alarm period of ${seconds} s is not allowed. Use 10, 20, 30 or a multiple of 60.`;
  }
  if (!Number.isInteger(n) || n < 1) return 'An alarm needs at least one evaluation period.';
  if (!Number.isInteger(m) || m < 1 || m > n) {
    return `An alarm needs from 1 to ${n} datapoints to alarm, not ${m}.`;
  }
  const days = seconds < 3600 ? 1 : 7;
  if (seconds * n > days * 86_400) {
    return `Period x evaluation periods is ${seconds * n} s; with this period at most ${days} day${days === 1 ? '' : 's'} are allowed.`;
  }
  return undefined;
}
