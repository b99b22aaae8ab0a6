/** How long to wait before each attempt: exponential from `firstMs` to `maxMs`, spread so that clients do not come in step. */
export class Backoff {
  #attempts = 0;

  constructor(
    private readonly firstMs: number,
    private readonly maxMs: number,
    private readonly random: () => number,
  ) {}

  /** The wait before the next attempt: between half of the step and the whole of it. */
  nextMs(): number {
    const step = Math.min(this.maxMs, this.firstMs * 2 ** this.#attempts);
    this.#attempts += 1;
    return step / 2 + (this.random() * step) / 2;
  }

  reset(): void {
    this.#attempts = 0;
  }
}
