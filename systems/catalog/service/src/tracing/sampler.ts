import { ConfigError } from '../config.ts';

/** Decides whether a request is traced. `parentSampled` is what the caller decided, if it did. */
export type Sampler = (traceId: string, parentSampled: boolean | undefined) => boolean;

/** X-Ray's default rule: the first request of each second, and one in twenty of the rest. */
const xrayDefault = { reservoir: 1, rate: 0.05 };

/**
 * The sampler that `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` name.
 *
 * `xray` (also when nothing is named) follows X-Ray's rules with the numbers in the argument, `reservoir=10,rate=0.05`: so many
 * requests each second, then that share of the rest. It does not fetch rules from a daemon, so it works without one.
 *
 * @throws ConfigError that names what is allowed
 */
export function createSampler(
  name: string,
  argument: string,
  now: () => number,
  random: () => number,
): Sampler {
  const own = (decide: Sampler): Sampler =>
    name.startsWith('parentbased_') || name === 'xray' ? parentBased(decide) : decide;
  switch (name.replace(/^parentbased_/, '')) {
    case 'always_on':
      return own(() => true);
    case 'always_off':
      return own(() => false);
    case 'traceidratio':
      return own(ratio(numberIn(argument || '1', argument)));
    case 'xray':
      return own(reservoir(parseRule(argument), now, random));
    default:
      throw new ConfigError(
        `OTEL_TRACES_SAMPLER is "${name}": give xray, always_on, always_off or traceidratio, the last three also after "parentbased_".`,
      );
  }
}

function parentBased(decide: Sampler): Sampler {
  return (traceId, parentSampled) => parentSampled ?? decide(traceId, undefined);
}

/** The same trace is decided alike by every service, because the decision hangs on its id alone. */
function ratio(rate: number): Sampler {
  const bound = Math.floor(rate * 0x1_0000_0000);
  return (traceId) => Number.parseInt(traceId.slice(-8), 16) < bound;
}

function reservoir(rule: typeof xrayDefault, now: () => number, random: () => number): Sampler {
  let second = -1;
  let taken = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      second = current;
      taken = 0;
    }
    if (taken < rule.reservoir) {
      taken += 1;
      return true;
    }
    return random() < rule.rate;
  };
}

function parseRule(argument: string): typeof xrayDefault {
  const rule = { ...xrayDefault };
  for (const part of argument.split(',').filter(Boolean)) {
    const [key, value] = part.split('=', 2);
    if (key === 'rate') rule.rate = numberIn(value, argument);
    else if (key === 'reservoir' && /^\d+$/.test(value ?? '')) rule.reservoir = Number(value);
    // `endpoint=…` is for samplers that fetch rules.
    else if (key !== 'endpoint') throw argumentError(argument);
  }
  return rule;
}

function numberIn(value: string | undefined, argument: string): number {
  const number = Number(value || Number.NaN);
  if (number >= 0 && number <= 1) return number;
  throw argumentError(argument);
}

function argumentError(argument: string): ConfigError {
  return new ConfigError(
    `OTEL_TRACES_SAMPLER_ARG is "${argument}": give a rate from 0 to 1 for traceidratio, "reservoir=10,rate=0.05" for xray.`,
  );
}
