import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { findRefusal, type Need, refusalMessage } from '../gateway/authorise.ts';
import { readBody } from '../gateway/read-body.ts';
import type { StoreService, StoreServiceOptions } from '../gateway/service.ts';
import { createVerifier, type SignatureProblem } from '../gateway/verify-signature.ts';
import { type ActionError, database } from './dynalite.ts';
import { sweepExpired } from './expiry.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { needsOf } from './needs.ts';
import { operate, unknownOperation } from './operations.ts';
import { prepareTables } from './tables.ts';

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
const CORAL = 'com.amazon.coral.service#';

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const SIGNATURE_ERRORS: Readonly<Record<SignatureProblem, readonly [type: string, message: string]>> = {
  missing: ['MissingAuthenticationTokenException', 'Request is missing Authentication Token'],
  incomplete: ['IncompleteSignatureException', 'The Authorization header is incomplete.'],
  'unknown-key': ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  'wrong-token': ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  'expired-token': ['ExpiredTokenException', 'The security token included in the request is expired'],
  'wrong-scope': ['InvalidSignatureException', 'Credential should be scoped to a valid region.'],
  skewed: ['InvalidSignatureException', 'Signature expired.'],
  'expired-url': ['InvalidSignatureException', 'Signature expired.'],
  mismatch: [
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
};

/** DynamoDB's API over HTTP: signatures, roles, operations, late deletion. */
export async function serveTables(options: StoreServiceOptions): Promise<StoreService> {
  const { settings, principals, tell, now } = options;
  const { region, account, tables } = settings;
  // Tables are made before anybody may use them, so they need not be CREATING for a while.
  const store = database.create({ path: settings.directory, createTableMs: 0 });
  store.tableDb.awsRegion = region;
  store.tableDb.awsAccountId = account;
  await store.db.open();
  await prepareTables(store, tables, settings.directory);
  const locks = createKeyedLock();
  const verify = createVerifier({ service: 'dynamodb', region, principals, now });
  const context = {
    store,
    locks,
    now,
    ttl: new Map(tables.map(({ name, ttlAttribute }) => [name, ttlAttribute])),
  };
  const tableArn = (name: string): string =>
    name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const storeOf = ({ resource }: Need): string | null => {
    const name = /:table\/([^/]+)/.exec(resource)?.[1];
    return tables.find((table) => table.name === name)?.key ?? null;
  };

  const sweeping = new AbortController();
  const sweeper = (async () => {
    for (;;) {
      await sleep(settings.ttl.sweepMs, undefined, { signal: sweeping.signal, ref: false }).catch(() => {});
      if (sweeping.signal.aborted) return;
      await sweepExpired({
        store,
        locks,
        tables,
        now,
        delayMs: settings.ttl.delayMs,
        onDeleted: ({ key }, items) => tell({ kind: 'expired', store: key, items }),
      });
    }
  })();

  async function answer(request: IncomingMessage, body: Buffer): Promise<Record<string, unknown>> {
    const verified = await verify({
      method: request.method ?? '',
      url: request.url ?? '/',
      headers: request.headers,
      body,
    });
    const [prefix, operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    if (prefix !== 'DynamoDB_20120810') throw unknownOperation();
    if (verified.kind === 'invalid') {
      const [type, message] = SIGNATURE_ERRORS[verified.problem];
      tell({ kind: 'refused', store: null, session: null, message: `${operation} was refused: ${message}` });
      throw coralError(type, { message });
    }
    const input = parse(body);
    const needs = needsOf(operation, input, tableArn);
    const refusal = findRefusal(verified.principal, needs);
    if (refusal !== null) {
      const message = refusalMessage(verified.principal, refusal, false);
      tell({ kind: 'refused', store: storeOf(refusal), session: verified.principal.arn, message });
      // This exception alone spells it with a capital.
      throw coralError('AccessDeniedException', { Message: message });
    }
    const delays = needs.map((need) => options.delayOf(storeOf(need) ?? ''));
    const delay = Math.max(0, ...delays);
    if (delay > 0) await sleep(delay);
    return operate(context, operation, input);
  }

  return {
    async handle(request, response) {
      if (request.method !== 'POST') {
        request.resume();
        response
          .writeHead(request.method === 'GET' ? 200 : 404)
          .end(`healthy: dynamodb.${region}.amazonaws.com `);
        return;
      }
      const body = await readBody(request, MAX_REQUEST_BYTES);
      if (body === null) {
        response.writeHead(413, { connection: 'close' }).end();
        return;
      }
      try {
        send(response, 200, await answer(request, body));
      } catch (error) {
        const { statusCode, body: problem } = error as ActionError; // Anything else has neither.
        if (statusCode !== undefined && problem !== undefined) return send(response, statusCode, problem);
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        send(response, 500, {
          __type: `${CORAL}InternalServerError`,
          message: 'The request processing has failed because of an unknown error.',
        });
      }
    },
    async close() {
      sweeping.abort();
      await sweeper;
      await store.db.close();
    },
  };
}

function coralError(type: string, fields: Record<string, unknown>): ActionError {
  const error: ActionError = new Error(type);
  error.statusCode = 400;
  error.body = { __type: CORAL + type, ...fields };
  return error;
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    // Just seen.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw coralError('SerializationException', {});
}

function send(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': text.length,
    'x-amzn-requestid': randomBytes(26).toString('hex').toUpperCase(),
    // SDKs check it.
    'x-amz-crc32': String(crc32(text)),
  });
  response.end(text);
}
