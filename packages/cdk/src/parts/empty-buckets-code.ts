/**
 * Tag of the buckets that may be emptied: whoever protects an environment takes it away, and nothing is deleted any more.
 * It is CDK's own.
 */
export const EMPTY_TAG = 'aws-cdk:auto-delete-objects';

/**
 * Source of the function that empties a bucket before CloudFormation deletes it. It is also called when a bucket stops
 * being emptied on deletion, after the bucket itself was changed: without its tag the bucket is left alone.
 *
 * Text and not a function, because it goes into the template (4 KiB at most).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-delete.html
 */
export const EMPTY_BUCKETS_CODE = `'use strict';
const { S3 } = require('@aws-sdk/client-s3');

const s3 = new S3({});

async function mayBeEmptied(Bucket) {
  try {
    const { TagSet = [] } = await s3.getBucketTagging({ Bucket });
    return TagSet.some(({ Key, Value }) => Key === '${EMPTY_TAG}' && Value === 'true');
  } catch (error) {
    if (error.name === 'NoSuchBucket' || error.name === 'NoSuchTagSet') return false;
    throw error;
  }
}

async function empty(Bucket) {
  if (!(await mayBeEmptied(Bucket))) return;
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } });
    if (Errors.length > 0) throw new Error(Errors.length + ' objects could not be deleted: ' + Errors[0].Message);
  }
}

exports.handler = async (event) => {
  const { RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
  const bucket = ResourceProperties.BucketName;
  const answer = { Status: 'SUCCESS', PhysicalResourceId: bucket, StackId, RequestId, LogicalResourceId };
  try {
    if (RequestType === 'Delete') await empty(bucket);
  } catch (error) {
    Object.assign(answer, { Status: 'FAILED', Reason: 'Emptying ' + bucket + ': ' + error.message });
  }
  // As bytes: the address is signed for a request without a content type.
  const body = Buffer.from(JSON.stringify(answer));
  const response = await fetch(ResponseURL, { method: 'PUT', body });
  if (!response.ok) throw new Error('CloudFormation did not take the answer: ' + response.status);
};
`;
