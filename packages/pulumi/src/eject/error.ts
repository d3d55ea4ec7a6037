/** A system that cannot be written as a program; the message says why and what to do. */
export class EjectError extends Error {
  override readonly name = 'EjectError';
}
