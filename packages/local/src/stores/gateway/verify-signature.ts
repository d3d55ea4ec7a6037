import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto';
import {
  createScope,
  getCanonicalHeaders,
  getSigningKey,
  SignatureV4,
  UNSIGNED_PAYLOAD,
} from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import type { Principals } from './principals.ts';
import type { Principal } from './protocol.ts';

/** A request as it came in. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whole body, where it was read; null where it is streamed and `x-amz-content-sha256` stands for it. */
  readonly body: Buffer | null;
}

/** Why a signature does not hold, in the order in which AWS looks. */
export type SignatureProblem =
  | 'missing'
  | 'incomplete'
  | 'unknown-key'
  | 'wrong-token'
  | 'expired-token'
  | 'wrong-scope'
  | 'skewed'
  | 'expired-url'
  | 'mismatch';

export type Verification =
  | { readonly kind: 'valid'; readonly principal: Principal }
  | { readonly kind: 'invalid'; readonly problem: SignatureProblem; readonly accessKeyId: string | null };

export interface VerifierOptions {
  readonly service: 'dynamodb' | 's3';
  readonly region: string;
  readonly principals: Principals;
  readonly now: () => number;
}

/** How far a request's time may be from ours. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const MAX_SKEW_MS = 15 * 60_000;

/** Node's own SHA-256 in the form that the signer asks for. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    if (secret === undefined) this.#hash = createHash('sha256');
    else this.#hash = createHmac('sha256', typeof secret === 'string' ? secret : toBytes(secret));
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function toBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The signer's own canonical form, with the headers that the client says it has signed. */
class Canonical extends SignatureV4 {
  constructor(service: string, region: string) {
    super({
      service,
      region,
      // Never used: keys are looked up per request.
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
      sha256: Sha256,
      // S3 alone signs the path as it is sent.
      uriEscapePath: service !== 's3',
      applyChecksum: false,
    });
  }
  stringToSign(
    request: HttpRequest,
    signed: Set<string>,
    payload: string,
    longDate: string,
    scope: string,
  ): Promise<string> {
    const headers = getCanonicalHeaders(request, new Set(), signed);
    const canonical = this.createCanonicalRequest(request, headers, payload);
    return this.createStringToSign(longDate, scope, canonical, 'AWS4-HMAC-SHA256');
  }
}

interface Claim {
  readonly accessKeyId: string;
  readonly scope: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly longDate: string;
  readonly token: string;
  /** Seconds that a presigned URL holds; null for a signature in a header. */
  readonly expiresSeconds: number | null;
}

/**
 * Makes a function that checks a request's Signature Version 4, in its header or, for S3, in its URL.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createVerifier(options: VerifierOptions): (request: SignedRequest) => Promise<Verification> {
  const { service, region, principals, now } = options;
  const canonical = new Canonical(service, region);
  return async (request) => {
    const { path, query } = splitUrl(request.url);
    const claim = readClaim(request, query);
    const invalid = (problem: SignatureProblem): Verification => ({
      kind: 'invalid',
      problem,
      accessKeyId: typeof claim === 'string' ? null : claim.accessKeyId,
    });
    if (typeof claim === 'string') return invalid(claim);
    const at = now();
    const principal = principals.find(claim.accessKeyId, at);
    if (principal === 'unknown') return invalid('unknown-key');
    if (principal === 'ended') return invalid('expired-token');
    if (!sameText(claim.token, principal.sessionToken)) return invalid('wrong-token');
    const [shortDate = '', inRegion, inService, terminator] = claim.scope;
    const isOurs = inRegion === region && inService === service && terminator === 'aws4_request';
    if (!isOurs || !claim.longDate.startsWith(shortDate)) return invalid('wrong-scope');
    const signedAt = readDate(claim.longDate);
    if (claim.expiresSeconds === null) {
      if (!(Math.abs(at - signedAt) <= MAX_SKEW_MS)) return invalid('skewed');
    } else {
      if (signedAt - at > MAX_SKEW_MS) return invalid('skewed');
      if (!(at <= signedAt + claim.expiresSeconds * 1_000)) return invalid('expired-url');
    }
    if (!claim.signedHeaders.includes('host')) return invalid('mismatch');
    const headers: Record<string, string> = {};
    for (const name of claim.signedHeaders) {
      const value = request.headers[name];
      headers[name] = Array.isArray(value) ? value.join(',') : (value ?? '');
    }
    const toSign: HttpRequest = {
      method: request.method,
      protocol: 'http:',
      hostname: headers['host'] ?? '',
      path,
      query,
      headers,
    };
    const scope = createScope(shortDate, region, service);
    const text = await canonical.stringToSign(
      toSign,
      new Set(claim.signedHeaders),
      payloadHash(request, claim),
      claim.longDate,
      scope,
    );
    const credentials = { accessKeyId: principal.accessKeyId, secretAccessKey: principal.secretAccessKey };
    const key = await getSigningKey(Sha256, credentials, shortDate, region, service);
    const expected = createHmac('sha256', key).update(text).digest('hex');
    return sameText(expected, claim.signature) ? { kind: 'valid', principal } : invalid('mismatch');
  };
}

/** What stands for the body in the signature: its own hash where it was read, otherwise what the client says it is. */
function payloadHash({ headers, body }: SignedRequest, claim: Claim): string {
  if (body !== null) return createHash('sha256').update(body).digest('hex');
  const named = headers['x-amz-content-sha256'];
  // The signature covers the name, and `decodeBody` holds the body to it.
  return typeof named === 'string' && claim.expiresSeconds === null ? named : UNSIGNED_PAYLOAD;
}

function readClaim(
  { headers }: SignedRequest,
  query: Record<string, string | string[]>,
): Claim | 'missing' | 'incomplete' {
  const { authorization } = headers;
  if (typeof authorization === 'string') {
    const [algorithm, rest = ''] = splitOnce(authorization, ' ');
    if (algorithm !== 'AWS4-HMAC-SHA256') return 'missing';
    const fields = new Map(rest.split(',').map((part) => splitOnce(part.trim(), '=')));
    const date = headers['x-amz-date'] ?? headers['date'];
    return toClaim({
      credential: fields.get('Credential'),
      signedHeaders: fields.get('SignedHeaders'),
      signature: fields.get('Signature'),
      date: typeof date === 'string' ? date : undefined,
      token: textOf(headers['x-amz-security-token']),
      expires: null,
    });
  }
  if (query['X-Amz-Algorithm'] !== 'AWS4-HMAC-SHA256') return 'missing';
  const claim = toClaim({
    credential: textOf(query['X-Amz-Credential']),
    signedHeaders: textOf(query['X-Amz-SignedHeaders']),
    signature: textOf(query['X-Amz-Signature']),
    date: textOf(query['X-Amz-Date']),
    token: textOf(query['X-Amz-Security-Token']),
    expires: textOf(query['X-Amz-Expires']) ?? '',
  });
  // Everything of the query is signed but the signature itself.
  delete query['X-Amz-Signature'];
  return claim;
}

function toClaim(fields: {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly date: string | undefined;
  readonly token: string | undefined;
  readonly expires: string | null;
}): Claim | 'incomplete' {
  const [accessKeyId = '', ...scope] = (fields.credential ?? '').split('/');
  const { signature, signedHeaders, date } = fields;
  const expiresSeconds = fields.expires === null ? null : Number.parseInt(fields.expires, 10);
  const complete = accessKeyId !== '' && scope.length === 4 && Number.isNaN(expiresSeconds) === false;
  if (!complete || signature === undefined || signedHeaders === undefined) return 'incomplete';
  if (date === undefined || !/^\d{8}T\d{6}Z$/.test(date)) return 'incomplete';
  return {
    accessKeyId,
    scope,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    longDate: date,
    token: fields.token ?? '',
    expiresSeconds,
  };
}

const textOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Path as sent, query decoded. Text that is not valid percent-encoding stays as it is, and fails the signature. */
export function splitUrl(url: string): {
  readonly path: string;
  readonly query: Record<string, string | string[]>;
} {
  const [path, search] = splitOnce(url, '?');
  const query: Record<string, string | string[]> = {};
  for (const part of search === '' ? [] : search.split('&')) {
    const [name, value] = splitOnce(part, '=').map(decode) as [string, string]; // Two in, two out.
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return { path, query };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Milliseconds since the epoch of `20261121T045500Z`. */
function readDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sameText(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}
