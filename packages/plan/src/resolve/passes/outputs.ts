import type { LoadBalancerPlan } from '../../plan/load-balancer.ts';
import type { OutputPlan } from '../../plan/plan.ts';
import type { Reference } from '../../plan/references.ts';
import type { RegistryPlan } from '../../plan/service.ts';
import type { Context, Result } from '../context.ts';
import { type Draft, plain } from '../mark.ts';
import { pascal } from '../shapes.ts';
import type { ContainerPart } from './containers.ts';
import type { StoreParts } from './stores.ts';

interface Needs extends StoreParts {
  readonly loadBalancer: Draft<LoadBalancerPlan | null>;
  readonly containers: Readonly<Record<string, ContainerPart>>;
}

/** What the environment tells the outside world. */
export function outputs(
  draft: Needs,
  context: Context,
): Result<{ readonly outputs: readonly Draft<OutputPlan>[] }> {
  const t = context.tracer('outputs');
  const output = (key: string, description: string, value: Reference, from: string): Draft<OutputPlan> =>
    t.derived<OutputPlan>({ key, description, value }, [from], 'what the outside world needs to know');
  const keys = Object.keys(context.definition.services).sort();
  const hasBalancer = plain<LoadBalancerPlan | null>(draft.loadBalancer) !== null;
  const all = [
    ...(hasBalancer
      ? [
          output(
            'LoadBalancerDnsName',
            'DNS name of the load balancer',
            { kind: 'load-balancer', field: 'dns-name' },
            'loadBalancer',
          ),
          output(
            'LoadBalancerUrl',
            'Where clients find the system',
            { kind: 'load-balancer', field: 'url' },
            'loadBalancer',
          ),
        ]
      : []),
    output('VpcId', 'Id of the VPC', { kind: 'network', field: 'vpc-id' }, 'network'),
    output('ClusterName', 'Name of the ECS cluster', { kind: 'cluster', field: 'name' }, 'cluster'),
    ...(context.definition.dashboard === false
      ? []
      : [
          output(
            'DashboardUrl',
            'The CloudWatch dashboard',
            { kind: 'dashboard', field: 'url' },
            'dashboard',
          ),
        ]),
    ...keys.flatMap((key) => {
      const container = draft.containers[key];
      const registry = container === undefined ? null : plain<RegistryPlan | null>(container.registry);
      return [
        output(
          `${pascal(key)}ServiceName`,
          `Name of the ECS service ${key}`,
          { kind: 'service', service: key, field: 'name' },
          `services.${key}`,
        ),
        ...(registry === null
          ? []
          : [
              output(
                `${pascal(key)}RegistryUri`,
                `Where images of ${key} are pushed`,
                { kind: 'registry', service: key, field: 'uri' },
                `services.${key}.registry`,
              ),
            ]),
      ];
    }),
    ...Object.keys(draft.databases).map((key) =>
      output(
        `${pascal(key)}DatabaseEndpoint`,
        `Host of the database ${key}`,
        { kind: 'database', database: key, field: 'host' },
        `stores.${key}`,
      ),
    ),
    ...Object.keys(draft.tables).map((key) =>
      output(
        `${pascal(key)}TableName`,
        `Name of the table ${key}`,
        { kind: 'table', table: key, field: 'name' },
        `stores.${key}`,
      ),
    ),
    ...Object.entries(draft.buckets).map(([key]) =>
      output(
        `${pascal(key)}BucketName`,
        `Name of the bucket ${key}`,
        { kind: 'bucket', bucket: key, field: 'name' },
        `stores.${key}`,
      ),
    ),
  ];
  return { added: { outputs: all } };
}
