import { BatchDeleteImageCommand, ECRClient, paginateListImages } from '@aws-sdk/client-ecr';
import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { OnEvent } from '../events.ts';
import { attempt, isNamed } from '../failures.ts';
import { clientOptions, type Session } from '../session.ts';
import { s3 } from '../store.ts';
import { type Inventory, removalOf } from './destroy-plan.ts';

/** Empties the buckets and repositories that go: neither can be deleted with something in it. */
export async function emptyWhatGoes(session: Session, inventory: Inventory, onEvent: OnEvent): Promise<void> {
  for (const resource of inventory.resources) {
    if (removalOf(inventory, resource) !== 'destroy') continue;
    const { type, physicalId } = resource;
    if (type === 'AWS::S3::Bucket') {
      const objects = await attempt(`empty the bucket ${physicalId}`, () => emptyBucket(session, physicalId));
      if (objects > 0) onEvent({ kind: 'removed', what: `${objects} objects of the bucket ${physicalId}` });
    } else if (type === 'AWS::ECR::Repository') {
      const images = await attempt(`empty the repository ${physicalId}`, () =>
        emptyRepository(session, physicalId),
      );
      if (images > 0)
        onEvent({
          kind: 'removed',
          what: `${images} ${images === 1 ? 'image' : 'images'} of the repository ${physicalId}`,
        });
    }
  }
}

/** Deletes all versions of all objects. Returns how many. */
async function emptyBucket(session: Session, bucket: string): Promise<number> {
  const client = s3(session);
  let count = 0;
  for (;;) {
    // Always from the beginning: what was listed before is gone.
    const { Versions = [], DeleteMarkers = [] } = await client
      .send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1000 }))
      .catch((error: unknown) => {
        if (isNamed(error, 'NoSuchBucket')) return { Versions: [], DeleteMarkers: [] };
        throw error;
      });
    const objects = [...Versions, ...DeleteMarkers].flatMap(({ Key, VersionId }) =>
      Key === undefined ? [] : [{ Key, ...(VersionId === undefined ? {} : { VersionId }) }],
    );
    if (objects.length === 0) return count;
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    const [first] = Errors;
    if (first !== undefined)
      throw new Error(`${first.Key ?? 'an object'}: ${first.Message ?? first.Code ?? ''}`);
    count += objects.length;
  }
}

/** Deletes all images. Returns how many. */
async function emptyRepository(session: Session, repositoryName: string): Promise<number> {
  const client = new ECRClient(clientOptions(session));
  let count = 0;
  try {
    for await (const { imageIds = [] } of paginateListImages({ client, pageSize: 100 }, { repositoryName })) {
      const digests = [...new Set(imageIds.flatMap(({ imageDigest }) => (imageDigest ? [imageDigest] : [])))];
      if (digests.length === 0) continue;
      await client.send(
        new BatchDeleteImageCommand({
          repositoryName,
          imageIds: digests.map((imageDigest) => ({ imageDigest })),
        }),
      );
      count += digests.length;
    }
  } catch (error) {
    if (!isNamed(error, 'RepositoryNotFoundException')) throw error;
  }
  return count;
}
