import type { Item } from './contents.ts';

const moves = new Set([
  'null accepted',
  'accepted charged',
  'accepted declined',
  'accepted cancelling',
  'cancelling charged',
  'cancelling declined',
  'cancelling voided',
  'charged completed',
  'declined rejected',
  'voided cancelled',
]);

/** What is wrong with the history of an order; null when it leads from its beginning to where the order stands. */
export function historyProblem(events: readonly Item[], order: Item): string | null {
  const sorted = [...events].sort((a, b) => Number(a['number']) - Number(b['number']));
  let state: unknown = null;
  for (const [index, { number, from, to }] of sorted.entries()) {
    if (number !== index + 1) return `Event ${index + 1} is missing or there twice.`;
    if (from !== state) return `Event ${index + 1} goes on from ${from}, but the order was ${state}.`;
    if (!moves.has(`${from} ${to}`))
      return `Event ${index + 1} goes from ${from} to ${to}, which no order may.`;
    state = to;
  }
  if (state !== order['state']) return `The history ends with ${state}, the order is ${order['state']}.`;
  if (sorted.length !== order['version']) return `${sorted.length} events, but version ${order['version']}.`;
  return null;
}
