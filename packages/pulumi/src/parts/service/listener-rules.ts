import { entry, isStaged, type TargetGroupPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { child, idOf, tagsOf } from '../../scope.ts';
import type { ServiceContext, TargetGroups } from './context.ts';

/**
 * The rules that lead to a service.
 *
 * With blue/green, canary and linear ECS changes the weights of the rule behind the program's back: after each deployment the other
 * target group has all traffic. An update that wrote the rule again would send it to the empty one
 * (https://github.com/aws/aws-cdk/issues/36649), so Pulumi ignores what has become of its actions.
 */
export function createListenerRules(
  context: ServiceContext,
  targetGroups: TargetGroups,
): Readonly<Record<string, aws.lb.ListenerRule>> {
  const { scope, service, key, foundation } = context;
  const rules: Record<string, aws.lb.ListenerRule> = {};
  for (const listener of scope.plan.loadBalancer?.listeners ?? [])
    for (const rule of listener.rules) {
      if (rule.action.kind !== 'forward' || rule.action.service !== key) continue;
      rules[rule.key] = new aws.lb.ListenerRule(
        idOf(scope, `${listener.key}/${rule.key}`),
        scope.transform('listenerRule', rule.key, {
          listenerArn: entry(foundation.listeners, listener.key, 'listener').arn,
          priority: rule.priority,
          conditions: [{ pathPattern: { values: [...rule.paths] } }],
          actions: [forwardAction(context, targetGroups)],
          tags: tagsOf(scope, service.tags),
        }),
        child(scope, {
          // A priority is taken while the rule stands.
          deleteBeforeReplace: true,
          ...(isStaged(service.deployment.strategy) ? { ignoreChanges: ['actions'] } : {}),
        }),
      );
    }
  return rules;
}

function forwardAction(
  { service, key }: ServiceContext,
  { blue, green }: TargetGroups,
): aws.types.input.lb.ListenerRuleAction {
  if (blue === null) throw new Error(`A route leads to ${key}, but it has no target group.`);
  if (!isStaged(service.deployment.strategy) || green === null)
    return { type: 'forward', targetGroupArn: blue.arn };
  // A rule that forwards and nothing else: ECS refuses to shift any other.
  const weightOf = (color: TargetGroupPlan['key']) =>
    service.ingress?.targetGroups.find((group) => group.key === color)?.weight ?? 0;
  return {
    type: 'forward',
    forward: {
      targetGroups: [
        { arn: blue.arn, weight: weightOf('blue') },
        { arn: green.arn, weight: weightOf('green') },
      ],
    },
  };
}
