import { entry, isStaged, type ListenerPlan, type TargetGroupPlan } from '@breakwater/plan';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  ApplicationListenerRule,
  type IApplicationListener,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { ServiceParts } from '../../parts.ts';
import type { ServiceContext } from './context.ts';

/**
 * The rules that lead to a service.
 *
 * With blue/green, canary and linear ECS changes the weights of the rule behind CloudFormation's back: after each deployment the
 * other target group has all traffic. A stack update that wrote the rule again would send it to the empty one
 * (https://github.com/aws/aws-cdk/issues/36649). CloudFormation writes a resource only when its template changed, so:
 *
 * - the action never changes once it is there: always 100 to blue and 0 to green, whichever is live, and made of nothing that a
 *   new image, size or count of tasks changes; the target groups are in the same stack under fixed logical ids;
 * - the logical id of a service's widest rule, its only one with these strategies, never changes, whatever its paths, priority or
 *   strategy: so it is never replaced, which would start at blue as well and fail on its priority, which is still taken.
 *
 * The other rules of a service have theirs by their key, as their priority: one that replaces another never wants its number.
 *
 * What remains is a changed route, priority or strategy: then the rule is written anew. `breakwater deploy` writes it with the weights
 * that it has; whoever deploys by other means looks first whether blue is live ({@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html}).
 */
export function createListenerRules(
  scope: Construct,
  context: ServiceContext,
  targetGroups: ServiceParts['targetGroups'],
): Record<string, ApplicationListenerRule> {
  const { plan, key, transform } = context;
  const rules: Record<string, ApplicationListenerRule> = {};
  for (const listener of plan.loadBalancer?.listeners ?? []) {
    const own = listener.rules.filter(({ action }) => action.kind === 'forward' && action.service === key);
    if (own.length === 0) continue;
    const parent = new Construct(scope, `Listener${constructId(listener.key)}`);
    const imported = importListener(parent, listener, context);
    for (const rule of own)
      rules[rule.key] = new ApplicationListenerRule(
        parent,
        rule.key === key ? 'Rule' : `Rule${rule.key.slice(key.length)}`,
        transform('listenerRule', rule.key, {
          listener: imported,
          priority: rule.priority,
          conditions: [ListenerCondition.pathPatterns([...rule.paths])],
          action: forwardAction(context, targetGroups),
        }),
      );
  }
  return rules;
}

/** The listener by its ARN, with a load balancer's security group that CDK leaves alone: the plan has all rules already. */
function importListener(
  scope: Construct,
  { key, port }: ListenerPlan,
  { plan, foundation }: ServiceContext,
): IApplicationListener {
  const group = entry(foundation.securityGroups, plan.loadBalancer?.securityGroup ?? '', 'security group');
  return ApplicationListener.fromApplicationListenerAttributes(scope, 'Listener', {
    listenerArn: entry(foundation.listeners, key, 'listener').listenerArn,
    securityGroup: SecurityGroup.fromSecurityGroupId(scope, 'LoadBalancer', group.securityGroupId, {
      mutable: false,
    }),
    defaultPort: port,
  });
}

function forwardAction(
  { service, key }: ServiceContext,
  { blue, green }: ServiceParts['targetGroups'],
): ListenerAction {
  if (blue === null) throw new Error(`A route leads to ${key}, but it has no target group.`);
  if (!isStaged(service.deployment.strategy) || green === null) return ListenerAction.forward([blue]);
  // A rule that forwards and nothing else: ECS refuses to shift any other.
  const weightOf = (color: TargetGroupPlan['key']) =>
    service.ingress?.targetGroups.find(({ key }) => key === color)?.weight ?? 0;
  return ListenerAction.weightedForward([
    { targetGroup: blue, weight: weightOf('blue') },
    { targetGroup: green, weight: weightOf('green') },
  ]);
}
