import type { Plan, RegistryPlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, fact, failed, passed, present } from '../outcome.ts';

/** Image repositories. */
export function registryChecks(plan: Plan): Check[] {
  return Object.values(plan.services).flatMap(({ key, registry }) =>
    registry === null ? [] : checksOf(key, registry),
  );
}

function checksOf(key: string, registry: RegistryPlan): Check[] {
  const { name } = registry;
  const find = async (live: Live) =>
    present(await live.operations.findRepository(name), `repository ${name}`);
  return [
    check('registries', `${key}.exists`, `repository ${name} is there`, async (live) => {
      const found = await live.operations.findRepository(name);
      return found === null ? failed(name, 'no such repository') : passed(found.repositoryUri ?? name);
    }),
    check(
      'registries',
      `${key}.scanning`,
      `images in ${name} are scanned when pushed, as planned`,
      async (live) =>
        compare([
          fact(
            'scan on push',
            registry.scanOnPush,
            (await find(live)).imageScanningConfiguration?.scanOnPush ?? false,
          ),
        ]),
    ),
    check('registries', `${key}.tags`, `tags in ${name} can be moved, or not, as planned`, async (live) =>
      compare([
        fact('tags', registry.mutableTags ? 'MUTABLE' : 'IMMUTABLE', (await find(live)).imageTagMutability),
      ]),
    ),
    check('registries', `${key}.encryption`, `images in ${name} are encrypted`, async (live) =>
      compare([
        fact(
          'encryption',
          registry.encryption,
          (await find(live)).encryptionConfiguration?.encryptionType ?? 'AES256',
        ),
      ]),
    ),
    check(
      'registries',
      `${key}.lifecycle`,
      `${name} keeps the last ${registry.keepImages} images`,
      async (live) => {
        await find(live);
        const policy = await live.operations.lifecyclePolicy(name);
        if (policy === null) return failed(`keep ${registry.keepImages} images`, 'no lifecycle policy');
        return compare([fact('images kept', registry.keepImages, keptImages(policy))]);
      },
    ),
  ];
}

/** How many images the policy's rule over all images keeps; undefined when it has no such rule. */
export function keptImages(policy: string): number | undefined {
  // The shape is that of ECR's lifecycle policies, which ECR has checked.
  const { rules } = JSON.parse(policy) as {
    rules?: { selection?: { tagStatus?: string; countType?: string; countNumber?: number } }[];
  };
  return rules?.find(
    ({ selection }) => selection?.tagStatus === 'any' && selection.countType === 'imageCountMoreThan',
  )?.selection?.countNumber;
}
