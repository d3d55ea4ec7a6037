import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Plan, ServicePlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, compareSets, fact, type Outcome, present } from '../outcome.ts';

type TaskDefinition = Awaited<ReturnType<Live['containers']['taskDefinition']>>;

/** What each task of a service is made of. */
export function taskDefinitionChecks(plan: Plan, service: ServicePlan): Check[] {
  const { key, name } = service;
  const aspect = (
    aspectName: string,
    title: string,
    run: (task: TaskDefinition, container: ContainerDefinition, live: Live) => Outcome | Promise<Outcome>,
  ) =>
    check('services', `${key}.${aspectName}`, title, async (live) => {
      const task = await live.containers.taskDefinition(key);
      const container = task.containerDefinitions?.find((one) => one.name === service.containerName);
      return run(task, present(container, `container ${service.containerName} in tasks of ${name}`), live);
    });
  const sidecar = service.tracing?.sidecar ?? null;
  return [
    aspect('size', `tasks of ${name} have the planned size and roles`, (task) =>
      compare([
        fact('CPU units', String(service.cpuUnits), task.cpu),
        fact('memory in MiB', String(service.memoryMiB), task.memory),
        fact('network', 'awsvpc', task.networkMode),
        fact('launch types', ['FARGATE'], task.requiresCompatibilities ?? []),
        // Fargate runs X86_64 where the task definition names no processor.
        fact('processor', service.architecture, task.runtimePlatform?.cpuArchitecture ?? 'X86_64'),
        fact('ephemeral storage in GiB', service.ephemeralStorageGiB, task.ephemeralStorage?.sizeInGiB ?? 20),
        fact('execution role', service.executionRole.name, roleName(task.executionRoleArn)),
        fact('task role', service.taskRole.name, roleName(task.taskRoleArn)),
      ]),
    ),
    aspect('container', `the container of ${name} is as planned`, (_, container) =>
      compare([
        fact(
          'port',
          [String(service.port)],
          (container.portMappings ?? []).map(({ containerPort }) => String(containerPort)),
        ),
        fact('essential', true, container.essential ?? true),
        fact('stop timeout', service.stopTimeoutSeconds, container.stopTimeout ?? 30),
        fact('read-only root', service.readonlyRootFilesystem, container.readonlyRootFilesystem ?? false),
        fact('init process', service.initProcess, container.linuxParameters?.initProcessEnabled ?? false),
        fact('command', service.command?.join(' '), container.command?.join(' ')),
      ]),
    ),
    aspect('image', `${name} runs an image of its repository`, async (_, container, live) => {
      if (service.image.kind === 'image')
        return compare([fact('image', service.image.reference, container.image)]);
      const repository = await live.operations.findRepository(service.registry?.name ?? '');
      const uri = present(repository?.repositoryUri, `repository of ${name}`);
      return compare([fact('repository', uri, container.image?.replace(/(@sha256:.*|:[^:/]*)$/, ''))]);
    }),
    aspect('environment', `${name} has its environment variables`, (_, container) =>
      compareEnvironment(service, container),
    ),
    aspect('secrets', `${name} is given its secrets by name`, (_, container) =>
      compareSets(
        'secrets',
        Object.entries(service.secrets).map(
          ([variable, { secret, key: field }]) =>
            `${variable} from ${plan.secrets[secret]?.name} ${field ?? 'as a whole'}`,
        ),
        (container.secrets ?? []).map(({ name: variable, valueFrom }) => {
          const { secret, field } = parseSecret(
            valueFrom ?? '',
            Object.values(plan.secrets).map((one) => one.name),
          );
          return `${variable} from ${secret} ${field ?? 'as a whole'}`;
        }),
      ),
    ),
    aspect('logging', `${name} writes its logs to the planned group`, (_, container) => {
      const options = container.logConfiguration?.options;
      return compare([
        fact('driver', 'awslogs', container.logConfiguration?.logDriver),
        fact('group', plan.logGroups[service.logs.logGroup]?.name, options?.['awslogs-group']),
        fact('prefix', service.logs.streamPrefix, options?.['awslogs-stream-prefix']),
        fact('region', plan.region, options?.['awslogs-region']),
      ]);
    }),
    ...(sidecar === null
      ? []
      : [
          aspect('sidecar', `${sidecar.name} runs beside ${name}`, (task) => {
            const found = present(
              task.containerDefinitions?.find((one) => one.name === sidecar.name),
              `sidecar ${sidecar.name} in tasks of ${name}`,
            );
            return compare([
              fact('image', sidecar.image, found.image),
              fact('CPU units', sidecar.cpuUnits, found.cpu),
              fact('memory in MiB', sidecar.memoryMiB, found.memory),
              fact('essential', sidecar.essential, found.essential ?? true),
            ]);
          }),
        ]),
  ];
}

/** Values are compared and never shown: someone may have put a secret there. */
function compareEnvironment(service: ServicePlan, container: ContainerDefinition): Outcome {
  const live = new Map((container.environment ?? []).map(({ name, value }) => [name ?? '', value ?? '']));
  const found = [...live.keys()].map((name) => {
    const planned = service.environment[name];
    return planned?.kind === 'literal' && planned.value !== live.get(name)
      ? `${name} with another value`
      : name;
  });
  return compareSets('variables', Object.keys(service.environment), found);
}

function roleName(arn: string | undefined): string | undefined {
  return arn?.split('/').at(-1);
}

/**
 * Which secret and JSON field a task definition names: `arn:…:secret:<name>-<six characters>:<field>:<stage>:<version>`, where
 * the six characters may be missing. `known` are the names that the plan has: a name may itself end like those six.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function parseSecret(
  valueFrom: string,
  known: readonly string[],
): { readonly secret: string; readonly field: string | null } {
  const [full = '', field = ''] = (valueFrom.split(':secret:')[1] ?? valueFrom).split(':');
  const secret = known.includes(full) ? full : full.replace(/-[A-Za-z0-9]{6}$/, '');
  return { secret, field: field === '' ? null : field };
}
