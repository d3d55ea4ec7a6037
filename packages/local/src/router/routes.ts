import {
  type CompiledListenerRules,
  chooseTargetGroup,
  compileListenerRules,
  type ListenerRule,
  listenerRuleProblems,
  type RedirectRequest,
  type RuleRequest,
  redirectLocation,
  selectRule,
} from '@breakwater/behaviour';
import type { HostPool } from './host-pool.ts';
import { errorResponse, type OwnResponse, ruleResponse } from './own-responses.ts';
import type { RequestHead } from './request-head.ts';
import type { TargetGroup } from './target-group.ts';
import type { RequestReason, RouterAction, RouterRule } from './types.ts';

/** What the rules decided for a request. */
export type MatchedAction =
  | { readonly kind: 'forward'; readonly rule: string; readonly group: HostPool }
  | {
      readonly kind: 'respond';
      readonly rule: string;
      readonly response: OwnResponse;
      readonly reason: RequestReason;
    };

/** The answer when no rule matches and no default action is given. */
export const DEFAULT_ACTION: RouterAction = {
  kind: 'fixed-response',
  statusCode: 404,
  contentType: 'text/plain',
  body: 'Not Found',
};

/** Decides what happens with a request that came from an address. */
export type Routes = (head: RequestHead, clientAddress: string) => MatchedAction;

/** What {@link compileRoutes} needs from the router. */
export interface RoutesContext {
  readonly port: () => number;
  readonly groups: ReadonlyMap<string, TargetGroup>;
  readonly random: () => number;
}

interface NamedAction {
  readonly name: string;
  readonly action: RouterAction;
  /** A forward to a single group, decided in advance. */
  readonly forward: MatchedAction | undefined;
}

/**
 * Compiles listener rules.
 * @throws Error with every problem: what AWS would refuse, and forwards to target groups that do not exist.
 */
export function compileRoutes(
  rules: readonly RouterRule[],
  defaultAction: RouterAction,
  context: RoutesContext,
): Routes {
  const problems = [
    ...listenerRuleProblems(rules),
    ...rules.flatMap((rule) => missingGroups(`Rule ${rule.priority}`, rule.action, context)),
    ...missingGroups('The default rule', defaultAction, context),
  ];
  if (problems.length > 0) throw new Error(`The router cannot use these rules:\n- ${problems.join('\n- ')}`);
  const named = rules.map(
    (rule): ListenerRule<NamedAction> => ({
      priority: rule.priority,
      conditions: rule.conditions,
      action: prepare(rule.name ?? String(rule.priority), rule.action, context),
    }),
  );
  const compiled = compileListenerRules(named, prepare('default', defaultAction, context));
  const reads = new Set(rules.flatMap((rule) => rule.conditions.map((condition) => condition.field)));
  const needsMore = reads.has('http-header') || reads.has('query-string');
  return (head, clientAddress) => decide(compiled, head, clientAddress, needsMore, context);
}

function decide(
  rules: CompiledListenerRules<NamedAction>,
  head: RequestHead,
  clientAddress: string,
  needsMore: boolean,
  context: RoutesContext,
): MatchedAction {
  const simple: RuleRequest = {
    method: head.method,
    path: head.path,
    host: head.host,
    sourceIp: clientAddress,
  };
  const request = needsMore ? { ...simple, query: queryOf(head.path), headers: headersOf(head) } : simple;
  const { name, action, forward } = selectRule(rules, request).action;
  if (forward !== undefined) return forward;
  switch (action.kind) {
    case 'forward': {
      const group = context.groups.get(chooseTargetGroup(action, context.random()) ?? '');
      if (group !== undefined) return { kind: 'forward', rule: name, group };
      const reason = 'no-weighted-target-group';
      return { kind: 'respond', rule: name, response: errorResponse(reason), reason };
    }
    case 'fixed-response': {
      const response = ruleResponse(action.statusCode, action.contentType, action.body);
      return { kind: 'respond', rule: name, response, reason: 'fixed-response' };
    }
    case 'redirect': {
      const location = redirectLocation(action, redirectRequest(head, context.port()));
      const response = ruleResponse(action.statusCode, 'text/html', '', location);
      return { kind: 'respond', rule: name, response, reason: 'redirect' };
    }
  }
}

function prepare(name: string, action: RouterAction, context: RoutesContext): NamedAction {
  const only =
    action.kind === 'forward' && action.targetGroups.length === 1 ? action.targetGroups[0] : undefined;
  const group = only === undefined || only.weight === 0 ? undefined : context.groups.get(only.targetGroup);
  return { name, action, forward: group === undefined ? undefined : { kind: 'forward', rule: name, group } };
}

function missingGroups(where: string, action: RouterAction, context: RoutesContext): readonly string[] {
  if (action.kind !== 'forward') return [];
  return action.targetGroups
    .filter(({ targetGroup }) => !context.groups.has(targetGroup))
    .map(
      ({ targetGroup }) =>
        `${where} forwards to the target group "${targetGroup}", which does not exist. Create it first.`,
    );
}

function queryOf(path: string): string {
  const mark = path.indexOf('?');
  return mark < 0 ? '' : path.slice(mark + 1);
}

function headersOf(head: RequestHead): Readonly<Record<string, readonly string[]>> {
  const headers: Record<string, string[]> = Object.create(null);
  for (const line of head.fields.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const values = headers[name] ?? [];
    values.push(line.slice(colon + 1).trim());
    headers[name] = values;
  }
  return headers;
}

function redirectRequest(head: RequestHead, port: number): RedirectRequest {
  const mark = head.path.indexOf('?');
  return {
    protocol: 'http',
    host: head.host.replace(/:\d+$/, '') || '127.0.0.1',
    port,
    path: mark < 0 ? head.path : head.path.slice(0, mark),
    query: queryOf(head.path),
  };
}
