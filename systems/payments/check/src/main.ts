// Checks the stores of a payments system: of a stopped local engine, or with --aws those of the account that the credentials are of.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { EngineError } from '@breakwater/local';
import { check } from './check.ts';
import { planOf, readLocal, storeNames } from './check-local.ts';
import { readContents } from './contents.ts';
import { report } from './report.ts';

const usage = `node check/dist/main.js [--env dev] [--directory .] [--accepted ids.txt] [--aws]

  --env        the environment (dev)
  --directory  the system's folder (this one)
  --accepted   a file with the ids of orders that must be there, one a line
  --aws        the stores on AWS, with the credentials of the environment

Ends with 0 when every promise was kept, 1 when one was broken, 2 when the stores cannot be read.
`;

const { values } = parseArgs({
  options: {
    env: { type: 'string', default: 'dev' },
    directory: { type: 'string', default: '.' },
    accepted: { type: 'string' },
    aws: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else
  await run().catch((error: unknown) => {
    const { message, fix } =
      error instanceof EngineError
        ? error
        : { message: error instanceof Error ? error.message : String(error), fix: null };
    process.stderr.write(`${message}${fix === null ? '' : ` ${fix}`}\n`);
    process.exitCode = 2;
  });

async function run(): Promise<void> {
  const { directory, env } = values;
  const accepted =
    values.accepted === undefined ? [] : readFileSync(values.accepted, 'utf8').split(/\s+/).filter(Boolean);
  const contents = values.aws ? await readAws(directory, env) : await readLocal(directory, env);
  const findings = check(contents, accepted);
  process.stdout.write(`${report(findings)}\n`);
  if (findings.violations.length > 0) process.exitCode = 1;
}

async function readAws(directory: string, env: string) {
  const plan = await planOf(directory, env);
  const { region } = plan;
  const clients = { tables: new DynamoDBClient({ region }), buckets: new S3Client({ region }) };
  return readContents(clients, storeNames(plan));
}
