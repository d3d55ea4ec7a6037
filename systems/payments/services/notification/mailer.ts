import type { Files } from '../common/stores.ts';

export interface Message {
  /** A message is sent once per key. */
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Who brings messages to people. */
export interface Mailer {
  /** Takes a message over; the same key again changes nothing. */
  send(message: Message): Promise<void>;
}

export const mailPrefix = 'sandbox-mail/';

/** A mailer that puts messages into the bucket, for development and tests. */
export function openSandboxMailer(files: Files): Mailer {
  return {
    async send(message) {
      await files.putOnce(`${mailPrefix}${message.key}.json`, JSON.stringify(message), 'application/json');
    },
  };
}
