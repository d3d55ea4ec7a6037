import type { LoadBalancerErrorKind } from '@breakwater/behaviour';
import { type ForwardingFacts, renderForwardHead } from './forward-head.ts';
import { errorResponse, type OwnResponse } from './own-responses.ts';
import type { RequestHead } from './request-head.ts';
import { forwardedTraceId } from './trace-id.ts';
import type { RouterFailure } from './types.ts';

/** What a load balancer and a Service Connect proxy do differently with the same HTTP. */
export interface Dialect {
  /** `X-Forwarded-*` and `X-Amzn-Trace-Id` go on as they came instead of being rewritten. */
  readonly passForwardedFields: boolean;
  /** The trace id that the target gets, given the client's, which is empty when there was none. */
  traceId(received: string, now: number): string;
  renderHead(head: RequestHead, facts: ForwardingFacts): string;
  /** The answer when a target gave none. */
  errorResponse(reason: LoadBalancerErrorKind | RouterFailure): OwnResponse;
}

/** The Application Load Balancer's. */
export const LOAD_BALANCER_DIALECT: Dialect = {
  passForwardedFields: false,
  traceId: forwardedTraceId,
  renderHead: renderForwardHead,
  errorResponse,
};
