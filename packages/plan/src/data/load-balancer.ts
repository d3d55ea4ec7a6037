// Source and date: `SOURCES.loadBalancer` in source.ts.

/** Ranges of a target group's health check. */
export const HEALTH_CHECK = {
  interval: { minimum: 5, maximum: 300 },
  timeout: { minimum: 2, maximum: 120 },
  threshold: { minimum: 2, maximum: 10 },
} as const;

export const DEREGISTRATION_DELAY_SECONDS = { minimum: 0, maximum: 3600 } as const;
export const IDLE_TIMEOUT_SECONDS = { minimum: 1, maximum: 4000 } as const;
export const STICKINESS_SECONDS = { minimum: 1, maximum: 604_800 } as const;

/**
 * Path patterns: characters, length, wildcards and values of one rule, rules of one load balancer. A rule has one condition on
 * the path, and a condition holds three values (five in all conditions of a rule together).
 */
export const PATH_PATTERN = {
  pattern: /^\/[A-Za-z0-9_.$/~"'@:+&*?-]*$/,
  maximum: 128,
  wildcardsPerRule: 5,
  valuesPerRule: 3,
  rulesPerListener: 100,
} as const;

export const RULE_PRIORITY = { minimum: 1, maximum: 50_000 } as const;

/** Status codes and content types of a fixed response; its body holds up to 1024 characters. */
export const FIXED_RESPONSE = {
  contentTypes: ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'],
  bodyLength: 1024,
} as const;

/** Security policies for HTTPS listeners that refuse TLS below 1.2; the first is the one AWS recommends. */
export const TLS_POLICIES = [
  'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-2-2021-06',
  'ELBSecurityPolicy-TLS13-1-3-2021-06',
] as const;
