import { fingerprint, keyReused } from '../common/idempotency.ts';
import { Problem } from '../common/problem.ts';
import type { Files } from '../common/stores.ts';
import type { Mailer } from './mailer.ts';
import type { NotificationLog, NotificationRecord } from './notification-log.ts';
import { type NotificationRequest, render, subjectOf } from './render.ts';

/** Tells a customer once: the document in the bucket, the message sent, the record in the table. May be repeated at will. */
export type Notify = (request: NotificationRequest, key: string) => Promise<NotificationRecord>;

export const documentPrefix = 'documents/';

export interface NotifierOptions {
  readonly log: NotificationLog;
  readonly files: Files;
  readonly mailer: Mailer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * On record first, then done, then marked as done: each step changes nothing when it is repeated, so a crash between two of them
 * is mended by whoever repeats the request.
 */
export function createNotifier({ log, files, mailer, now }: NotifierOptions): Notify {
  return async (request, key) => {
    const { order, kind, customer } = request;
    const document = `${documentPrefix}${order}.txt`;
    const opening = await log.open(
      {
        order,
        kind,
        recipient: customer.email,
        fingerprint: fingerprint(request),
        state: 'sending',
        document,
        createdAt: new Date(now()).toISOString(),
        sentAt: null,
      },
      key,
    );
    if (opening.kind === 'reused') throw keyReused();
    if (opening.kind === 'taken')
      throw new Problem('already-exists', 'This order has a notification. Nothing was changed.');
    if (opening.record.state === 'sent') return opening.record;
    const text = render(request);
    await Promise.all([
      files.putOnce(document, text, 'text/plain; charset=utf-8'),
      mailer.send({ key: order, to: customer.email, subject: subjectOf(request), text }),
    ]);
    return log.markSent(order);
  };
}
