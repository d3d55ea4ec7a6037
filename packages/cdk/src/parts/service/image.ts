import { entry } from '@breakwater/plan';
import type { CfnRepository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage, type ContainerImageConfig } from 'aws-cdk-lib/aws-ecs';
import type { ServiceContext } from './context.ts';

/**
 * An image by its full reference and nothing beside it: CDK's own `fromRegistry` warns about references to ECR,
 * its `fromEcrRepository` grants the pull, which the plan's execution role has already.
 */
class ImageReference extends ContainerImage {
  private readonly reference: string;

  constructor(reference: string) {
    super();
    this.reference = reference;
  }

  bind(): ContainerImageConfig {
    return { imageName: this.reference };
  }
}

/** An image that nobody has to be let to: public, or covered by the plan's grants. */
export function imageReference(reference: string): ContainerImage {
  return new ImageReference(reference);
}

/** What the service runs: the reference given, the plan's tag in its repository, or the plan's public image. */
export function imageOf({ service, key, image, registries }: ServiceContext): ContainerImage {
  if (image !== null) return imageReference(image);
  if (service.image.kind === 'image') return imageReference(service.image.reference);
  // The attribute and not L2's `repositoryUri`, which takes the repository's ARN apart: across stacks that is an expression
  // that not every reader of templates follows. `defaultChild` of an L2 repository is the CfnRepository that it makes.
  const repository = entry(registries.repositories, key, 'repository').node.defaultChild as CfnRepository;
  return imageReference(`${repository.attrRepositoryUri}:${service.image.tag}`);
}
