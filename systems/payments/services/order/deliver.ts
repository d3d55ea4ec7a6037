import { CallFailed, post } from '../common/call.ts';
import type { OrderState, Outcome, Step } from './machine.ts';
import type { Order } from './order.ts';
import type { Findings } from './order-book.ts';

/** What came of a delivery. */
export interface Delivery extends Findings {
  readonly outcome: Outcome;
}

/** Carries a message of the outbox to where it goes. @throws CallFailed when it is to be tried again */
export type Deliver = (order: Order, step: Step) => Promise<Delivery>;

const notifications: Readonly<Partial<Record<OrderState, string>>> = {
  charged: 'receipt',
  declined: 'refusal',
  voided: 'cancellation',
};

/** Delivers over HTTP to the addresses of the two services. */
export function deliverTo(paymentUrl: string, notificationUrl: string, timeoutMs: number): Deliver {
  async function charge(order: Order, action: 'charges' | 'cancellations'): Promise<Delivery> {
    const { id, total, currency, paymentMethod } = order;
    const content = { order: id, amount: total, currency, paymentMethod };
    // The same key however often and by whichever task it is sent.
    const key = `${action === 'charges' ? 'charge' : 'cancel'}-${id}`;
    const { status, body } = await post(`${paymentUrl}/payment/${action}`, key, content, timeoutMs);
    const { state, reference = null, reason = null } = fieldsOf(body);
    if (status < 300) {
      if (state === 'charged') return { outcome: 'charged', reference: textOrNull(reference) };
      if (state === 'declined') return { outcome: 'declined', reason: textOrNull(reason) };
      if (state === 'void')
        return {
          outcome: action === 'charges' ? 'gave-up' : 'voided',
          reason: 'The payment had no outcome in time.',
        };
    }
    throw new CallFailed(
      state === 'pending'
        ? 'the payment has no outcome yet'
        : `payment answered ${status}: ${JSON.stringify(body)}`,
    );
  }

  async function notify(order: Order): Promise<Delivery> {
    const { id, state, customer, items, currency, total, acceptedAt, reference, reason } = order;
    const content = {
      order: id,
      kind: notifications[state],
      customer,
      items,
      currency,
      total,
      acceptedAt,
      reference,
      reason,
    };
    const { status, body } = await post(
      `${notificationUrl}/notification/notifications`,
      `notify-${id}`,
      content,
      timeoutMs,
    );
    if (status < 300 && fieldsOf(body)['state'] === 'sent') return { outcome: 'notified' };
    throw new CallFailed(`notification answered ${status}: ${JSON.stringify(body)}`);
  }

  return (order, step) => {
    if (step === 'notify') return notify(order);
    return charge(order, step === 'charge' ? 'charges' : 'cancellations');
  };
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  // Anything else has no fields.
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

/** What the provider says, as one line that may stand on a receipt: others may say what they like, at any length. */
function textOrNull(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const line = value.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  return line === '' ? null : [...line].slice(0, 300).join('');
}
