import { keepImagesLabel, type RegistryPlan } from '@breakwater/plan';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { constructId } from '../construct-id.ts';
import type { PartProps } from '../part.ts';
import type { Registries } from '../parts.ts';
import { addTags } from '../tags.ts';

const ENCRYPTION: Readonly<Record<RegistryPlan['encryption'], ecr.RepositoryEncryption>> = {
  AES256: ecr.RepositoryEncryption.AES_256,
  KMS: ecr.RepositoryEncryption.KMS,
};

function repositoryProps(plan: RegistryPlan): ecr.RepositoryProps {
  return {
    repositoryName: plan.name,
    imageScanOnPush: plan.scanOnPush,
    imageTagMutability: plan.mutableTags ? ecr.TagMutability.MUTABLE : ecr.TagMutability.IMMUTABLE,
    encryption: ENCRYPTION[plan.encryption],
    lifecycleRules: [
      {
        rulePriority: 1,
        description: keepImagesLabel(plan),
        tagStatus: ecr.TagStatus.ANY,
        maxImageCount: plan.keepImages,
      },
    ],
    // Images that are not deleted along keep their repository: CloudFormation could not remove it.
    emptyOnDelete: plan.emptyOnDelete,
    removalPolicy: plan.emptyOnDelete ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  };
}

/** The L2 construct leaves AES256 unsaid, since it is what ECR does anyway; a reader of the template should see it. */
function sayEncryption(repository: ecr.Repository, encryptionType: RegistryPlan['encryption']): void {
  const resource = repository.node.defaultChild;
  if (resource instanceof ecr.CfnRepository) resource.encryptionConfiguration ??= { encryptionType };
}

/** The image repositories, by service: what has to be there before any service can start. */
export class RegistriesPart extends Construct implements Registries {
  readonly repositories: Readonly<Record<string, ecr.Repository>>;

  constructor(scope: Construct, id: string, { plan, transform }: PartProps) {
    super(scope, id);
    addTags(this, plan.tags);
    this.repositories = Object.fromEntries(
      Object.values(plan.services).flatMap(({ key, registry, tags }) => {
        if (registry === null) return [];
        const props = transform('repository', key, repositoryProps(registry));
        const repository = new ecr.Repository(this, constructId(key), props);
        sayEncryption(repository, registry.encryption);
        addTags(repository, tags);
        return [[key, repository] as const];
      }),
    );
  }
}
