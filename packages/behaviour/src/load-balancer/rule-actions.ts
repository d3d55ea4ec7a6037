/** One target group of a forward action with its share of the requests. */
export interface WeightedTargetGroup<TargetGroup> {
  readonly targetGroup: TargetGroup;
  /** 0 to 999; 0 sends nothing. */
  readonly weight: number;
}

/** Sends the request to a target group, chosen by weight. */
export interface ForwardAction<TargetGroup> {
  readonly kind: 'forward';
  readonly targetGroups: readonly WeightedTargetGroup<TargetGroup>[];
}

/** Answers with a redirect. `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` keep the request's part. */
export interface RedirectAction {
  readonly kind: 'redirect';
  readonly statusCode: 301 | 302;
  readonly protocol?: string;
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
  readonly query?: string;
}

/** Answers without asking a target. */
export interface FixedResponseAction {
  readonly kind: 'fixed-response';
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string;
}

/** The terminal action of a rule. */
export type RuleAction<TargetGroup> = ForwardAction<TargetGroup> | RedirectAction | FixedResponseAction;

/** Longest body of a fixed response, in characters. */
export const FIXED_RESPONSE_MAX_BODY = 1024;

/** Content types that a fixed response may have. */
export const FIXED_RESPONSE_CONTENT_TYPES = [
  'text/plain',
  'text/css',
  'text/html',
  'application/javascript',
  'application/json',
] as const;

/** Weights of target groups in a forward action and how many groups one action may name. */
export const FORWARD_WEIGHT_RANGE = { min: 0, max: 999, maxTargetGroups: 5 } as const;

/**
 * Chooses a target group by weight; undefined when every weight is 0 (the load balancer then answers 503).
 * @param random a number from 0 (included) to 1 (excluded)
 */
export function chooseTargetGroup<TargetGroup>(
  action: ForwardAction<TargetGroup>,
  random: number,
): TargetGroup | undefined {
  const groups = action.targetGroups;
  if (groups.length === 1) {
    const only = groups[0];
    return only !== undefined && only.weight > 0 ? only.targetGroup : undefined;
  }
  let total = 0;
  for (const group of groups) total += group.weight;
  let point = random * total;
  for (const group of groups) {
    if (point < group.weight) return group.targetGroup;
    point -= group.weight;
  }
  return undefined;
}

/** The parts of a request that a redirect can keep. */
export interface RedirectRequest {
  readonly protocol: 'http' | 'https';
  /** Host without port. */
  readonly host: string;
  readonly port: number;
  /** Path without query string, with its leading `/`. */
  readonly path: string;
  /** Query string without `?`. */
  readonly query: string;
}

/**
 * The Location of a redirect. Parts left out of the action keep the request's; a default port is not written.
 * @example redirectLocation({ kind: 'redirect', statusCode: 301, protocol: 'HTTPS', port: '443' },
 *   { protocol: 'http', host: 'shop.example.com', port: 80, path: '/a', query: 'b=1' }) // 'https://shop.example.com/a?b=1'
 */
export function redirectLocation(action: RedirectAction, request: RedirectRequest): string {
  const fill = (template: string | undefined, own: string) =>
    (template ?? own)
      .replaceAll('#{protocol}', request.protocol)
      .replaceAll('#{host}', request.host)
      .replaceAll('#{port}', String(request.port))
      // The templates write the slash themselves: the default path is "/#{path}".
      .replaceAll('#{path}', request.path.slice(1))
      .replaceAll('#{query}', request.query);
  const protocol = fill(action.protocol, request.protocol).toLowerCase();
  const host = fill(action.host, request.host);
  const port = fill(action.port, String(request.port));
  const path = action.path === undefined ? request.path : fill(action.path, '');
  const query = action.query === undefined ? request.query : fill(action.query, '');
  const usual = (protocol === 'https' && port === '443') || (protocol === 'http' && port === '80');
  return `${protocol}://${host}${usual ? '' : `:${port}`}${path}${query === '' ? '' : `?${query}`}`;
}
