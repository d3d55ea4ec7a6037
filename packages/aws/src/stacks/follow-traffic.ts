import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attempt } from '../failures.ts';
import { clientOptions, type Session } from '../session.ts';
import type { Assembly } from './assembly.ts';
import { readStack, readTemplate } from './read.ts';
import { replaceTemplate } from './replace-template.ts';
import { listResources } from './resources.ts';
import type { Template, TemplateResource } from './template.ts';

const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';

/** Weights of target groups by their logical ids, as the listener rules of a stack have them now; by the rules' logical ids. */
export type LiveWeights = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A target group that a template's rule shares its traffic with. */
interface Share {
  readonly TargetGroupArn: { readonly Ref: string };
  readonly Weight: number;
}

/**
 * The wanted template with the traffic where it is.
 *
 * With blue/green, canary and linear ECS moves a rule's weights behind CloudFormation's back. A rule that CloudFormation writes again,
 * for a new path or priority, would get the weights of the template, and send all requests to the target group that has no tasks
 * (https://github.com/aws/aws-cdk/issues/36649). So a rule that changes gets the weights that it has; one that does not keeps the
 * action it was deployed with, and CloudFormation leaves it alone.
 */
export function followTraffic(deployed: Template, wanted: Template, live: LiveWeights): Template {
  const resources = Object.entries(wanted.Resources ?? {}).map(([id, resource]) => {
    const before = deployed.Resources?.[id];
    const shares = sharesOf(resource);
    if (before === undefined || shares === null) return [id, resource] as const;
    if (sameButForWeights(before, resource))
      return [id, withActions(resource, before.Properties?.['Actions'])] as const;
    const weights = live[id];
    if (weights === undefined) return [id, resource] as const;
    const given = shares.map(({ TargetGroupArn }) => weights[TargetGroupArn.Ref] ?? 0);
    if (given.every((weight) => weight === 0)) return [id, resource] as const;
    let next = 0;
    // Everything else of the action stays, its order too: the next comparison is of texts.
    const actions = JSON.stringify(resource.Properties?.['Actions'], (key, value: unknown) =>
      key === 'Weight' ? given[next++] : value,
    );
    return [id, withActions(resource, JSON.parse(actions))] as const;
  });
  return { ...wanted, Resources: Object.fromEntries(resources) };
}

/** Puts the traffic of the services' stacks where it is, in the templates of the assembly's folder. Asks AWS only where a rule is to be written again. */
export async function followLiveTraffic(
  session: Session,
  assembly: Assembly,
  stacks: readonly { readonly key: string; readonly name: string }[],
): Promise<void> {
  for (const { key, name } of stacks) {
    if (!key.startsWith('service/')) continue;
    const wanted = await assembly.template(name);
    if (!Object.values(wanted.Resources ?? {}).some((resource) => sharesOf(resource) !== null)) continue;
    const deployed = await readTemplate(session, name);
    if (deployed === null) continue;
    const rewritten = Object.entries(wanted.Resources ?? {}).flatMap(([id, resource]) => {
      const before = deployed.Resources?.[id];
      return before !== undefined && sharesOf(resource) !== null && !sameButForWeights(before, resource)
        ? [id]
        : [];
    });
    const live = rewritten.length === 0 ? {} : await readWeights(session, name, rewritten);
    const template = followTraffic(deployed, wanted, live);
    if (JSON.stringify(template) !== JSON.stringify(wanted))
      await replaceTemplate(assembly.directory, name, template);
  }
}

async function readWeights(session: Session, name: string, rules: readonly string[]): Promise<LiveWeights> {
  const stack = await readStack(session, name);
  const resources = stack === null ? [] : await listResources(session, [stack]);
  const logicalIds = new Map(resources.map(({ physicalId, logicalId }) => [physicalId, logicalId]));
  const client = new ElasticLoadBalancingV2Client(clientOptions(session));
  const found: Record<string, Record<string, number>> = {};
  for (const { logicalId, physicalId, type } of resources) {
    if (type !== RULE || !rules.includes(logicalId)) continue;
    const { Rules = [] } = await attempt(`see where the traffic of ${name} is`, () =>
      client.send(new DescribeRulesCommand({ RuleArns: [physicalId] })),
    );
    const [action] = Rules[0]?.Actions ?? [];
    const groups = action?.ForwardConfig?.TargetGroups ?? [
      { TargetGroupArn: action?.TargetGroupArn, Weight: 100 },
    ];
    found[logicalId] = Object.fromEntries(
      groups.flatMap(({ TargetGroupArn = '', Weight = 0 }) => {
        const group = logicalIds.get(TargetGroupArn);
        return group === undefined ? [] : [[group, Weight]];
      }),
    );
  }
  return found;
}

/** The target groups that a rule's traffic is shared between; null for every other resource, and for rules that lead to one. */
function sharesOf({ Type, Properties }: TemplateResource): readonly Share[] | null {
  if (Type !== RULE) return null;
  // A listener rule's own shape in CloudFormation; what refers to its groups in another way is left alone.
  const [action] = (Properties?.['Actions'] ?? []) as readonly {
    readonly ForwardConfig?: { readonly TargetGroups?: readonly Partial<Share>[] };
  }[];
  const groups = action?.ForwardConfig?.TargetGroups ?? [];
  return groups.length > 1 && groups.every((group): group is Share => group.TargetGroupArn?.Ref !== undefined)
    ? groups
    : null;
}

function sameButForWeights(before: TemplateResource, after: TemplateResource): boolean {
  const shares = sharesOf(before);
  if (shares === null) return false;
  const level = (resource: TemplateResource): string =>
    JSON.stringify(resource, (key, value: unknown) => (key === 'Weight' ? 0 : value));
  return level(before) === level(after);
}

const withActions = (resource: TemplateResource, Actions: unknown): TemplateResource => ({
  ...resource,
  Properties: { ...resource.Properties, Actions },
});
