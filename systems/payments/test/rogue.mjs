// Takes the place of a service, with that service's credentials, and tries what it is told to try.
import { createServer } from 'node:http';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

const { HOST, PORT } = process.env;
const tries = {
  table: (name) => new DynamoDBClient().send(new ScanCommand({ TableName: name })),
  bucket: (name) => new S3Client().send(new ListObjectsV2Command({ Bucket: name })),
  async call(url) {
    const response = await fetch(url, { method: 'POST' });
    if (!response.ok)
      throw Object.assign(new Error(await response.text()), { name: String(response.status) });
  },
  environment: async (name) => {
    if (process.env[name] === undefined)
      throw Object.assign(new Error(`${name} is not set`), { name: 'Unset' });
  },
};

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://rogue');
  const attempt = tries[url.searchParams.get('try')];
  if (attempt === undefined) return response.end('healthy');
  const result = await attempt(url.searchParams.get('what')).then(
    () => ({ allowed: true }),
    ({ name, message }) => ({ allowed: false, name, message }),
  );
  response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
}).listen(Number(PORT), HOST);
