import type { ListenerAction } from '@breakwater/plan';
import type { Answer } from '../http.ts';

/** Whether a load balancer's path pattern takes a path: `*` is any characters, `?` one; case matters. */
export function pathMatches(pattern: string, path: string): boolean {
  const source = [...pattern]
    .map((character) => (character === '*' ? '.*' : character === '?' ? '.' : literal(character)))
    .join('');
  return new RegExp(`^${source}$`, 's').test(path);
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** A path that a pattern takes, which says in the service's logs where it comes from. */
export function samplePath(pattern: string): string {
  return pattern.replaceAll('*', 'breakwater-verify').replaceAll('?', 'x');
}

/**
 * Whether an answer is what a load balancer's own action gives. A service may answer 404 as well: the answer is taken for the
 * load balancer's when status, type and text are its, and no other server has put its name to it.
 */
export function isAnswerOf(action: ListenerAction, answer: Answer): boolean {
  switch (action.kind) {
    case 'forward':
      return false;
    case 'fixed-response':
      return (
        answer.status === action.statusCode &&
        answer.body.trim() === action.body.trim() &&
        (answer.contentType ?? '').split(';')[0] === action.contentType &&
        (answer.server === null || answer.server.startsWith('awselb/'))
      );
    case 'redirect':
      return answer.status === action.statusCode && (answer.location ?? '').startsWith('https://');
  }
}

/** `404 text/plain "Not Found"`, the body cut to what fits a line. */
export function describeAnswer({ status, contentType, body, location }: Answer): string {
  const text = body.replace(/\s+/g, ' ').trim();
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return [
    String(status),
    ...(location === null ? [] : [`to ${location}`]),
    ...(contentType === null ? [] : [contentType.split(';')[0]]),
    ...(shown === '' ? [] : [`"${shown}"`]),
  ].join(' ');
}
