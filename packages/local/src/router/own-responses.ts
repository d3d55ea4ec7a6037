import { STATUS_CODES } from 'node:http';
import {
  errorBody,
  LOAD_BALANCER_ERRORS,
  LOAD_BALANCER_SERVER_HEADER,
  type LoadBalancerErrorKind,
} from '@breakwater/behaviour';
import type { RouterFailure } from './types.ts';

/** What the router's own failures look like to a client. */
const SHOWN_AS: Readonly<Record<RouterFailure, LoadBalancerErrorKind>> = {
  'target-unreachable': 'target-connection-refused',
  'target-closed-mid-body': 'target-closed',
  'request-timeout': 'target-response-timeout',
  'client-stalled': 'client-closed',
  'tunnel-idle': 'target-response-timeout',
  'router-closing': 'target-closed',
};

let dateSecond = 0;
let dateLine = '';

/** `Date: …` with CRLF, formatted once a second. */
export function dateHeader(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateLine = `Date: ${new Date(now).toUTCString()}\r\n`;
  }
  return dateLine;
}

/** A response the router makes itself. */
export interface OwnResponse {
  readonly statusCode: number;
  readonly statusText: string;
  readonly contentType: string;
  readonly body: string;
  /** Value of `Server`; default: the load balancer's. */
  readonly server?: string;
  /** Value of `Location`, for redirects. */
  readonly location?: string;
}

/** The small page that the load balancer sends for an error. */
export function errorResponse(reason: LoadBalancerErrorKind | RouterFailure): OwnResponse {
  const kind = isRouterFailure(reason) ? SHOWN_AS[reason] : reason;
  const { statusCode, statusText } = LOAD_BALANCER_ERRORS[kind];
  return { statusCode, statusText, contentType: 'text/html', body: errorBody(kind) };
}

/** A fixed response or a redirect of a rule. */
export function ruleResponse(
  statusCode: number,
  contentType: string,
  body: string,
  location?: string,
): OwnResponse {
  const response = { statusCode, statusText: STATUS_CODES[statusCode] ?? '', contentType, body };
  return location === undefined ? response : { ...response, location };
}

/** The complete response as text with one byte per character; without its body for HEAD. */
export function renderOwnResponse(
  response: OwnResponse,
  now: number,
  keepAlive: boolean,
  isHead: boolean,
): string {
  const body = Buffer.from(response.body, 'utf8').toString('latin1');
  return (
    `HTTP/1.1 ${response.statusCode} ${response.statusText}\r\n` +
    `Server: ${response.server ?? LOAD_BALANCER_SERVER_HEADER}\r\n${dateHeader(now)}` +
    (response.contentType === '' ? '' : `Content-Type: ${response.contentType}\r\n`) +
    `Content-Length: ${body.length}\r\n` +
    (response.location === undefined ? '' : `Location: ${response.location}\r\n`) +
    `Connection: ${keepAlive ? 'keep-alive' : 'close'}\r\n\r\n${isHead ? '' : body}`
  );
}

function isRouterFailure(reason: LoadBalancerErrorKind | RouterFailure): reason is RouterFailure {
  return reason in SHOWN_AS;
}
