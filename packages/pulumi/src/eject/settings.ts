import type { Plan } from '@breakwater/plan';
import { camelCase, wordsOf } from '@breakwater/plan/code';
import type { Inspection, Registration } from '../inspect/index.ts';
import { partsOf } from '../inspect/parts.ts';
import { EjectError } from './error.ts';
import { type Marks, marksIn } from './marks.ts';

const TASK_DEFINITION = 'aws:ecs/taskDefinition:TaskDefinition';

/**
 * The inspection with marks for what the stack's settings say when the program runs: images by digest, and secrets that only the
 * program knows. Those must never stand in a source.
 */
export function withSettings(
  inspection: Inspection,
  { plan, project, marks }: { readonly plan: Plan; readonly project: string; readonly marks: Marks },
): Inspection {
  const services = new Map(
    partsOf(inspection.registrations, plan, project).flatMap(({ key, resources }) =>
      key.startsWith('service/')
        ? resources.map(({ urn }) => [urn, key.slice('service/'.length)] as const)
        : [],
    ),
  );
  const registrations = inspection.registrations.map((each) => {
    const service = plan.services[services.get(each.urn) ?? ''];
    const hidden = withoutSecrets(each, project, marks);
    return each.type === TASK_DEFINITION && service !== undefined
      ? withImage(hidden, service.key, service.containerName, marks)
      : hidden;
  });
  return { ...inspection, registrations };
}

function withImage(
  registration: Registration,
  service: string,
  container: string,
  marks: Marks,
): Registration {
  const { containerDefinitions } = registration.inputs;
  if (typeof containerDefinitions !== 'string') return registration;
  // A task definition's containers are a list of objects, in the words of ECS.
  const containers = JSON.parse(containerDefinitions) as readonly Readonly<Record<string, unknown>>[];
  const changed = containers.map((each) =>
    each['name'] === container && typeof each['image'] === 'string'
      ? { ...each, image: marks.mark({ kind: 'image', service, otherwise: each['image'] }) }
      : each,
  );
  return {
    ...registration,
    inputs: { ...registration.inputs, containerDefinitions: JSON.stringify(changed) },
  };
}

function withoutSecrets(registration: Registration, project: string, marks: Marks): Registration {
  const { name, inputs, secretInputs } = registration;
  const own = wordsOf(name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name);
  const hidden = secretInputs.flatMap((key) => {
    const value = inputs[key];
    if (marksIn(value).length > 0) return [];
    if (typeof value !== 'string')
      throw new EjectError(
        `${key} of ${name} is a secret that is no text, so it cannot become a setting of the stack. Take it out of the transform before you eject.`,
      );
    return [[key, marks.mark({ kind: 'setting', name: camelCase([...own, ...wordsOf(key)]) })] as const];
  });
  return { ...registration, inputs: { ...inputs, ...Object.fromEntries(hidden) } };
}
