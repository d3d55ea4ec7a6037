import { keepImagesLabel, type RegistryPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { child, idOf, named, type Scope, tagsOf } from '../scope.ts';

const lifecycle = (plan: RegistryPlan): string =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: keepImagesLabel(plan),
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: plan.keepImages },
        action: { type: 'expire' },
      },
    ],
  });

/** The image repositories, by service: what has to be there before any service can start. */
export class RegistriesPart extends pulumi.ComponentResource {
  readonly repositories: Readonly<Record<string, aws.ecr.Repository>>;

  constructor(outer: Scope) {
    super('breakwater:index:Registries', idOf(outer, 'registries'), {}, { parent: outer.parent });
    const scope: Scope = { ...outer, parent: this };
    this.repositories = Object.fromEntries(
      Object.values(scope.plan.services).flatMap(({ key, registry, tags }) => {
        if (registry === null) return [];
        const repository = new aws.ecr.Repository(
          idOf(scope, key),
          scope.transform('repository', key, {
            name: registry.name,
            imageScanningConfiguration: { scanOnPush: registry.scanOnPush },
            imageTagMutability: registry.mutableTags ? 'MUTABLE' : 'IMMUTABLE',
            encryptionConfigurations: [{ encryptionType: registry.encryption }],
            // Images that are not deleted along keep their repository: ECR would refuse to remove it.
            forceDelete: registry.emptyOnDelete,
            tags: tagsOf(scope, tags),
          }),
          named(scope, registry.emptyOnDelete ? {} : { retainOnDelete: true }),
        );
        new aws.ecr.LifecyclePolicy(
          idOf(scope, key),
          { repository: repository.name, policy: lifecycle(registry) },
          child(scope),
        );
        return [[key, repository] as const];
      }),
    );
    this.registerOutputs();
  }
}
