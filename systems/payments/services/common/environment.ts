/** A setting that cannot work; the message says which, what it was and what it may be. */
export class ConfigError extends Error {}

/** Reads settings; what is wrong with them is collected for {@link Environment.check}. */
export interface Environment {
  text(name: string, fallback: string): string;
  /** A setting that must be there. */
  required(name: string): string;
  number(name: string, fallback: number, min: number, max: number): number;
  /** @throws ConfigError naming every wrong setting at once */
  check(): void;
}

export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const problems: string[] = [];
  return {
    text: (name, fallback) => env[name] || fallback,
    required(name) {
      const value = env[name];
      if (!value) problems.push(`${name} is not set.`);
      return value ?? '';
    },
    number(name, fallback, min, max) {
      const value = env[name] ? Number(env[name]) : fallback;
      if (Number.isFinite(value) && value >= min && value <= max) return value;
      problems.push(`${name} is "${env[name]}": give a number from ${min} to ${max}.`);
      return fallback;
    },
    check() {
      if (problems.length > 0) throw new ConfigError(problems.join('\n'));
    },
  };
}
