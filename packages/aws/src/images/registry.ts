import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { AwsError } from '../aws-error.ts';
import { attempt, isNamed } from '../failures.ts';
import { clientOptions, type Session } from '../session.ts';

/** An image repository in ECR. */
export interface Repository {
  readonly name: string;
  /** `123456789012.dkr.ecr.eu-west-1.amazonaws.com/repo-catalog-dev` */
  readonly uri: string;
  readonly mutableTags: boolean;
}

/** Finds a repository; null when there is none of that name. */
export async function findRepository(session: Session, name: string): Promise<Repository | null> {
  return attempt(`read the image repository ${name}`, async () => {
    try {
      const { repositories } = await ecr(session).send(
        new DescribeRepositoriesCommand({ repositoryNames: [name] }),
      );
      const [found] = repositories ?? [];
      if (found?.repositoryUri === undefined) return null;
      return { name, uri: found.repositoryUri, mutableTags: found.imageTagMutability !== 'IMMUTABLE' };
    } catch (error) {
      if (isNamed(error, 'RepositoryNotFoundException')) return null;
      throw error;
    }
  });
}

/** The digest of an image, asked for by tag or by digest; null when there is none. */
export async function findDigest(
  session: Session,
  repository: string,
  image: { readonly tag: string } | { readonly digest: string },
): Promise<string | null> {
  const id = 'tag' in image ? { imageTag: image.tag } : { imageDigest: image.digest };
  return attempt(`look for an image in ${repository}`, async () => {
    try {
      const { imageDetails } = await ecr(session).send(
        new DescribeImagesCommand({ repositoryName: repository, imageIds: [id] }),
      );
      return imageDetails?.[0]?.imageDigest ?? null;
    } catch (error) {
      if (isNamed(error, 'ImageNotFoundException', 'RepositoryNotFoundException')) return null;
      throw error;
    }
  });
}

/** How a build tool signs in to ECR; the password is valid for twelve hours. */
export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

/** Asks ECR for a password. */
export async function registryLogin(session: Session): Promise<RegistryLogin> {
  const answer = await attempt('sign in to the image registry', () =>
    ecr(session).send(new GetAuthorizationTokenCommand({})),
  );
  const token = answer.authorizationData?.[0]?.authorizationToken ?? '';
  const [user = '', password = ''] = Buffer.from(token, 'base64').toString('utf8').split(/:(.*)/s);
  return { user, password };
}

/** Refuses a digest that is none, or that the repository does not have. @throws AwsError `missing-image` */
export async function requireImage(
  session: Session,
  { service, repository, digest }: { service: string; repository: string; digest: string },
): Promise<void> {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new AwsError('missing-image', `The image given for service ${service} is no digest: ${digest}`, {
      fix: 'Give the digest that the push printed: sha256: and 64 hexadecimal digits.',
    });
  }
  if ((await findDigest(session, repository, { digest })) !== null) return;
  throw new AwsError('missing-image', `Service ${service} has no image to run`, {
    why: `${digest} is not in the repository ${repository}`,
    fix: `Push the image to ${repository}, or leave it out so that it is built and pushed here.`,
  });
}

/** An image of this account's own registry, as a definition names it; null for images from elsewhere. */
export function ownImage(
  session: Session,
  reference: string,
): { readonly repository: string; readonly image: { tag: string } | { digest: string } } | null {
  const found =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      reference,
    );
  if (found === null) return null;
  const [, account, region, repository = '', tag = 'latest', digest] = found;
  if (account !== session.account || region !== session.region) return null;
  return { repository, image: digest === undefined ? { tag } : { digest } };
}

function ecr(session: Session): ECRClient {
  return new ECRClient(clientOptions(session));
}
