// Takes the place of a service, with that service's credentials, and tries what it is told to try.
import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const { HOST, PORT } = process.env;
const tables = new DynamoDBClient();
const buckets = new S3Client();
const key = { pk: { S: 'rogue' }, sk: { S: 'rogue' } };
const tries = {
  'scan-table': (TableName) => tables.send(new ScanCommand({ TableName })),
  'read-table': (TableName) => tables.send(new GetItemCommand({ TableName, Key: key })),
  'write-table': (TableName) => tables.send(new PutItemCommand({ TableName, Item: key })),
  'list-bucket': (Bucket) => buckets.send(new ListObjectsV2Command({ Bucket })),
  'write-bucket': (Bucket) => buckets.send(new PutObjectCommand({ Bucket, Key: 'rogue', Body: 'rogue' })),
  'read-bucket': (Bucket) => buckets.send(new GetObjectCommand({ Bucket, Key: 'rogue' })),
  async call(url) {
    const response = await fetch(url, { method: 'POST' });
    if (!response.ok)
      throw Object.assign(new Error(await response.text()), { name: String(response.status) });
  },
  environment: async (name) => {
    if (process.env[name] === undefined)
      throw Object.assign(new Error(`${name} is not set`), { name: 'Unset' });
  },
  // Gives its own keys away.
  keys: async () => ({
    credentials: await tables.config.credentials(),
    endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB,
    region: process.env.AWS_REGION,
  }),
};

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://rogue');
  const attempt = tries[url.searchParams.get('try')];
  if (attempt === undefined) return response.end('healthy');
  const result = await attempt(url.searchParams.get('what')).then(
    (given) => ({ allowed: true, ...(given?.credentials && { given }) }),
    ({ name, message, cause }) => ({ allowed: false, name, message: cause?.message ?? message }),
  );
  response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
}).listen(Number(PORT), HOST);
