import {
  DescribeListenerCertificatesCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  paginateDescribeListeners,
  paginateDescribeRules,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Plan } from '@breakwater/plan';
import { once, onceEach, orNull } from '../once.ts';
import { present } from '../outcome.ts';
import type { Clients } from './clients.ts';
import { collect } from './pages.ts';

/** Which target group of the plan: that of a service, and its colour. */
export interface TargetGroupRef {
  readonly service: string;
  readonly colour: 'blue' | 'green';
  readonly name: string;
}

/** Reads the load balancer, its listeners and rules, and the target groups. */
export type LoadBalancingReader = ReturnType<typeof readLoadBalancing>;

/** See {@link LoadBalancingReader}. */
export function readLoadBalancing({ loadBalancing: client }: Clients, plan: Plan) {
  const name = plan.loadBalancer?.name ?? '';
  const balancer = once(async () => {
    if (name === '') return null;
    const answer = await orNull(
      ['LoadBalancerNotFoundException'],
      client.send(new DescribeLoadBalancersCommand({ Names: [name] })),
    );
    return answer?.LoadBalancers?.[0] ?? null;
  });
  const arn = once(async () => present((await balancer())?.LoadBalancerArn, `load balancer ${name}`));
  const targetGroups = once(async () =>
    collect(paginateDescribeTargetGroups({ client }, {}), (page) => page.TargetGroups),
  );
  const findTargetGroup = async (groupName: string) =>
    (await targetGroups()).find(({ TargetGroupName }) => TargetGroupName === groupName) ?? null;
  return {
    /** Null when there is none. */
    balancer,
    arn,
    attributes: once(async () => {
      const answer = await client.send(
        new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: await arn() }),
      );
      return toMap(answer.Attributes);
    }),
    listeners: once(async () =>
      collect(
        paginateDescribeListeners({ client }, { LoadBalancerArn: await arn() }),
        (page) => page.Listeners,
      ),
    ),
    rules: onceEach((listenerArn) =>
      collect(paginateDescribeRules({ client }, { ListenerArn: listenerArn }), (page) => page.Rules),
    ),
    certificates: onceEach(async (listenerArn) => {
      const answer = await client.send(new DescribeListenerCertificatesCommand({ ListenerArn: listenerArn }));
      return answer.Certificates ?? [];
    }),
    /** Null when there is none. */
    findTargetGroup,
    targetGroup: async (groupName: string) =>
      present(await findTargetGroup(groupName), `target group ${groupName}`),
    /** The plan's target groups by ARN. */
    targetGroupRefs: once(async () => {
      const live = await targetGroups();
      return new Map(
        plannedTargetGroups(plan).flatMap((ref) => {
          const found = live.find(({ TargetGroupName }) => TargetGroupName === ref.name)?.TargetGroupArn;
          return found === undefined ? [] : [[found, ref] as const];
        }),
      );
    }),
    targetGroupAttributes: onceEach(async (targetGroupArn) => {
      const answer = await client.send(
        new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn }),
      );
      return toMap(answer.Attributes);
    }),
    targetHealth: onceEach(async (targetGroupArn) => {
      const answer = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }));
      return answer.TargetHealthDescriptions ?? [];
    }),
    tags: onceEach(async (resourceArn) => {
      const answer = await client.send(new DescribeTagsCommand({ ResourceArns: [resourceArn] }));
      return answer.TagDescriptions?.[0]?.Tags ?? [];
    }),
  };
}

/** All target groups that the plan has. */
export function plannedTargetGroups(plan: Plan): TargetGroupRef[] {
  return Object.values(plan.services).flatMap((service) =>
    (service.ingress?.targetGroups ?? []).map(({ key, name }) => ({
      service: service.key,
      colour: key,
      name,
    })),
  );
}

/** `app/alb-dev/50dc6c495c0c9188`: how metrics name a load balancer or target group. */
export function fullName(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  return resource.replace(/^loadbalancer\//, '');
}

function toMap(
  attributes: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): ReadonlyMap<string, string> {
  return new Map((attributes ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}
