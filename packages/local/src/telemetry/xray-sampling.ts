import { asObject } from './otlp-json-value.ts';

/** A sampling rule of the plan: the first `reservoir` requests of each second, then `rate` (0 to 1) of the others. */
export interface SamplingRule {
  /** Name of the service as its segments have it; null for the default rule. */
  readonly service: string | null;
  readonly reservoir: number;
  readonly rate: number;
}

/** X-Ray's own default rule. {@link https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html} */
export const DEFAULT_RULE: SamplingRule = { service: null, reservoir: 1, rate: 0.05 };

/** How often SDKs ask for targets, seconds. */
const INTERVAL_SECONDS = 10;
/** A client that asked no more for so long has left, and its share of the reservoir goes to the others. */
const CLIENT_KEPT_MS = 30_000;
const CLIENTS_LIMIT = 1_000;

/** Answers what X-Ray's SDKs ask of the sampling proxy, in the API's own JSON. */
export interface SamplingProxy {
  /** `GetSamplingRules`. {@link https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingRules.html} */
  readonly rules: () => unknown;
  /** `GetSamplingTargets`. {@link https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingTargets.html} */
  readonly targets: (body: unknown, nowMs: number) => unknown;
}

/**
 * The reservoir of a rule is shared by all clients that use it: of 5 a second, each of two tasks may take 3 and 2.
 * @param region appears in the rules' ARNs
 */
export function createSamplingProxy(given: readonly SamplingRule[], region: string): SamplingProxy {
  const ruled = given.some((rule) => rule.service === null) ? given : [...given, DEFAULT_RULE];
  const byName = new Map(ruled.map((rule, index) => [nameOf(rule), { rule, priority: index + 1 }]));
  const clients = new Map<string, Map<string, number>>();
  return {
    rules: () => ({
      NextToken: null,
      SamplingRuleRecords: [...byName.values()].map(({ rule, priority }) => ({
        CreatedAt: 0,
        ModifiedAt: 0,
        SamplingRule: ruleDocument(rule, priority, region),
      })),
    }),
    targets(body, nowMs) {
      const documents = asObject<'SamplingStatisticsDocuments'>(body)?.SamplingStatisticsDocuments;
      const answer: unknown[] = [];
      const unprocessed: unknown[] = [];
      for (const document of Array.isArray(documents) ? documents : []) {
        const { RuleName, ClientID } = asObject<'RuleName' | 'ClientID'>(document) ?? {};
        const name = typeof RuleName === 'string' ? RuleName : '';
        const known = byName.get(name);
        if (known === undefined) {
          unprocessed.push({ RuleName: name, ErrorCode: '404', Message: 'There is no such rule.' });
          continue;
        }
        const client = typeof ClientID === 'string' ? ClientID : '';
        answer.push({
          RuleName: name,
          FixedRate: known.rule.rate,
          ReservoirQuota: shareOf(clients, name, client, known.rule.reservoir, nowMs),
          ReservoirQuotaTTL: Math.floor(nowMs / 1_000) + INTERVAL_SECONDS,
          Interval: INTERVAL_SECONDS,
        });
      }
      return { LastRuleModification: 0, SamplingTargetDocuments: answer, UnprocessedStatistics: unprocessed };
    },
  };
}

function nameOf(rule: SamplingRule): string {
  return rule.service ?? 'Default';
}

function ruleDocument(rule: SamplingRule, priority: number, region: string): unknown {
  const name = nameOf(rule);
  return {
    RuleName: name,
    RuleARN: `arn:aws:xray:${region}:000000000000:sampling-rule/${name}`,
    ResourceARN: '*',
    // The default rule comes last, as in X-Ray.
    Priority: rule.service === null ? 10_000 : priority,
    FixedRate: rule.rate,
    ReservoirSize: rule.reservoir,
    ServiceName: rule.service ?? '*',
    ServiceType: '*',
    Host: '*',
    HTTPMethod: '*',
    URLPath: '*',
    Version: 1,
    Attributes: {},
  };
}

/** A client's share of the reservoir; the rest of an uneven division goes to who came first. */
function shareOf(
  clients: Map<string, Map<string, number>>,
  rule: string,
  client: string,
  reservoir: number,
  nowMs: number,
): number {
  const seen = clients.get(rule) ?? new Map<string, number>();
  clients.set(rule, seen);
  for (const [id, at] of seen) if (nowMs - at > CLIENT_KEPT_MS) seen.delete(id);
  if (!seen.has(client) && seen.size >= CLIENTS_LIMIT) return 0;
  seen.set(client, nowMs);
  const place = [...seen.keys()].indexOf(client);
  return Math.floor(reservoir / seen.size) + (place < reservoir % seen.size ? 1 : 0);
}
