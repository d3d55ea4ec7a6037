import type { ListenerPlan, ListenerRulePlan, Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import { type Answer, ask, baseUrls } from '../http.ts';
import type { Live } from '../live/live.ts';
import { failed, type Outcome, passed, skipped } from '../outcome.ts';
import { describeAnswer, isAnswerOf, pathMatches, samplePath } from './requests.ts';

/** What clients get from the load balancer: health, each route, an unknown path, and the redirect to HTTPS. */
export function behaviourChecks(plan: Plan): Check[] {
  const listeners = plan.loadBalancer?.listeners ?? [];
  const serving = listeners.find(({ rules }) => rules.length > 0);
  const redirecting = listeners.find(({ defaultAction }) => defaultAction.kind === 'redirect');
  return [
    ...(serving === undefined
      ? []
      : [
          ...Object.values(plan.services).flatMap((service) =>
            service.ingress === null
              ? []
              : [healthCheckOf(serving, service.key, service.ingress.health.path)],
          ),
          ...serving.rules.flatMap((rule) => rule.paths.map((path) => routeCheck(serving, rule, path))),
          unknownPathCheck(serving),
        ]),
    ...(redirecting === undefined ? [] : [redirectCheck(redirecting)]),
  ];
}

/** The rule that takes a path: the first by priority. */
function ruleFor(listener: ListenerPlan, path: string): ListenerRulePlan | undefined {
  return [...listener.rules]
    .sort((a, b) => a.priority - b.priority)
    .find(({ paths }) => paths.some((pattern) => pathMatches(pattern, path)));
}

function healthCheckOf(listener: ListenerPlan, service: string, path: string): Check {
  return check(
    'behaviour',
    `${service}.health`,
    `GET ${path} says that ${service} is healthy`,
    async (live) => {
      const rule = ruleFor(listener, path);
      if (rule?.action.kind !== 'forward' || rule.action.service !== service) {
        return skipped(`No rule sends ${path} to ${service}: only its target group asks there.`);
      }
      return request(live, listener, path, (answer) =>
        answer.status >= 200 && answer.status < 300
          ? passed(String(answer.status))
          : failed('200', describeAnswer(answer)),
      );
    },
  );
}

function routeCheck(listener: ListenerPlan, rule: ListenerRulePlan, pattern: string): Check {
  const path = samplePath(pattern);
  const to = rule.action.kind === 'forward' ? rule.action.service : rule.action.kind;
  return check('behaviour', `route.${pattern}`, `GET ${path} is answered by ${to}`, async (live) => {
    if (ruleFor(listener, path)?.key !== rule.key) return skipped(`A rule before it takes ${path}.`);
    return request(live, listener, path, (answer) => {
      if (rule.action.kind !== 'forward') {
        return isAnswerOf(rule.action, answer)
          ? passed(describeAnswer(answer))
          : failed(to, describeAnswer(answer));
      }
      const expected = `an answer of ${to}, not of the load balancer`;
      // 502, 503 and 504 are how a load balancer says that no task answered.
      if ([502, 503, 504].includes(answer.status)) return failed(expected, describeAnswer(answer));
      return isAnswerOf(listener.defaultAction, answer)
        ? failed(expected, `${describeAnswer(answer)}, which is the default action`)
        : passed(String(answer.status));
    });
  });
}

function unknownPathCheck(listener: ListenerPlan): Check {
  const path = '/breakwater-verify-no-such-path';
  return check(
    'behaviour',
    'unknown-path',
    'a path without a route gets the default action',
    async (live) => {
      const rule = ruleFor(listener, path);
      if (rule !== undefined) return skipped(`Rule ${rule.key} takes every path.`);
      return request(live, listener, path, (answer) => {
        const { defaultAction } = listener;
        if (isAnswerOf(defaultAction, answer)) return passed(describeAnswer(answer));
        const expected =
          defaultAction.kind === 'fixed-response'
            ? `${defaultAction.statusCode} ${defaultAction.contentType} "${defaultAction.body}"`
            : defaultAction.kind;
        return failed(expected, describeAnswer(answer));
      });
    },
  );
}

function redirectCheck(listener: ListenerPlan): Check {
  return check('behaviour', 'redirect', 'plain HTTP is sent to HTTPS', (live) =>
    request(live, listener, '/breakwater-verify', (answer) =>
      isAnswerOf(listener.defaultAction, answer)
        ? passed(`${answer.status} to ${answer.location}`)
        : failed('a redirect to HTTPS', describeAnswer(answer)),
    ),
  );
}

async function request(
  live: Live,
  listener: ListenerPlan,
  path: string,
  judge: (answer: Answer) => Outcome,
): Promise<Outcome> {
  const bases = await baseUrls(live);
  const base = listener.protocol === 'HTTPS' ? bases.secure : bases.plain;
  if (typeof base === 'object') return skipped(base.reason);
  const answer = await ask(live, new URL(path, base));
  return typeof answer === 'string' ? failed('an answer', answer) : judge(answer);
}
