/** Which events were shown already: those of the last span, so that a long run does not grow. */
export class Seen {
  readonly #times = new Map<string, number>();
  readonly #spanMs: number;
  #newest = 0;

  /** @param spanMs how far back an event may still come again */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** True for an event that was not there before. */
  add(id: string, at: number): boolean {
    if (this.#times.has(id)) return false;
    this.#times.set(id, at);
    this.#newest = Math.max(this.#newest, at);
    return true;
  }

  /** Forgets events from before a moment, and never those of the last span. */
  forgetBefore(at: number): void {
    const limit = Math.min(at, this.#newest - this.#spanMs);
    for (const [id, time] of this.#times) if (time < limit) this.#times.delete(id);
  }

  /** How many are remembered. */
  get size(): number {
    return this.#times.size;
  }
}
