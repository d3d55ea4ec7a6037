import type { StackPart, StackPlan } from '../../plan/stacks.ts';
import type { BucketPlan } from '../../plan/stores.ts';
import type { Context, Result } from '../context.ts';
import { type Draft, plain } from '../mark.ts';
import type { ContainerPart } from './containers.ts';
import type { StoreParts } from './stores.ts';

interface Needs extends StoreParts {
  readonly containers: Readonly<Record<string, ContainerPart>>;
  readonly secrets: Readonly<Record<string, Draft<{ readonly kind: string }>>>;
}

/**
 * Divides the system into stacks. What a stack holds never depends on how much there is of anything, so that a system that grows
 * never moves a resource from one stack to another: moving one means deleting it.
 */
export function stacks(
  draft: Needs,
  { definition, env, tracer }: Context,
): Result<{ readonly stacks: readonly Draft<StackPlan>[] }> {
  const t = tracer('stacks');
  const services = calledFirst(definition.services);
  const has = (record: Readonly<Record<string, unknown>>) => Object.keys(record).length > 0;
  const hasData =
    has(draft.databases) ||
    has(draft.tables) ||
    Object.values(draft.buckets).some((bucket) => plain<BucketPlan>(bucket).purpose === 'store') ||
    Object.values(draft.secrets).some((secret) => plain<{ kind: string }>(secret).kind === 'generated');
  const hasRegistries = Object.values(draft.containers).some(({ registry }) => plain(registry) !== null);
  const below: readonly StackPart[] = [
    ...(hasRegistries ? (['registries'] as const) : []),
    'foundation',
    ...(hasData ? (['data'] as const) : []),
  ];
  const order: readonly StackPart[] = [
    ...below,
    ...services.map((key) => `service/${key}` as const),
    ...(definition.dashboard === false ? [] : (['dashboard'] as const)),
  ];
  const dependencies = (part: StackPart): readonly StackPart[] => {
    if (part === 'registries' || part === 'foundation') return [];
    if (part === 'data') return ['foundation'];
    if (part === 'dashboard') return order.filter((each) => each !== 'dashboard' && each !== 'registries');
    const key = part.slice('service/'.length);
    const earlier = services.slice(0, services.indexOf(key));
    const called = (definition.services[key]?.calls ?? [])
      .filter((callee) => earlier.includes(callee))
      .sort();
    return [...below, ...called.map((callee) => `service/${callee}` as const)];
  };
  return {
    added: {
      stacks: order.map((part) =>
        t.derived<StackPlan>(
          {
            key: part,
            name: `${definition.name}-${env}-${part.replace('/', '-')}`,
            description: `Breakwater: ${definition.name} in ${env}, ${part.replace('/', ' ')}`,
            dependsOn: dependencies(part),
          },
          ['services', 'stores'],
          'what is created, changed and deleted as one',
        ),
      ),
    },
  };
}

/**
 * Service keys in an order in which a service comes after those that it calls: a task that starts before the other's name exists
 * never finds it (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
 * Services that call each other in a circle come in alphabetical order.
 */
function calledFirst(
  services: Readonly<Record<string, { readonly calls?: readonly string[] | undefined }>>,
): readonly string[] {
  const placed: string[] = [];
  const visiting = new Set<string>();
  const visit = (key: string) => {
    if (visiting.has(key) || !Object.hasOwn(services, key)) return;
    visiting.add(key);
    for (const callee of [...(services[key]?.calls ?? [])].sort()) visit(callee);
    placed.push(key);
  };
  for (const key of Object.keys(services).sort()) visit(key);
  return placed;
}
