import { deferred, type Deferred } from './deferred.js';
import { ParleyError } from './errors.js';

/** One exchange of an offer for its answer. It rejects with `connection-lost` or `timeout` when it may be tried again. */
export type Exchange = (options: { iceRestart: boolean }) => Promise<void>;

/**
 * `Negotiator`: keeps one offer in flight. What is asked for meanwhile shares the next one; what a lost connection
 * interrupts waits for `resume()`.
 */
export class Negotiator {
  #waiting: Deferred<void>[] = [];
  #iceRestart = false;
  #busy = false;
  #paused = true;

  constructor(private readonly exchange: Exchange) {}

  /** Resolves when an offer made after this call has been answered. */
  request({ iceRestart = false } = {}): Promise<void> {
    const waiter = deferred<void>();
    this.#waiting.push(waiter);
    this.#iceRestart ||= iceRestart;
    void this.#run();
    return waiter.promise;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    void this.#run();
  }

  /** The offer of a join carried everything that was asked for. */
  settle(): void {
    const waiting = this.#waiting.splice(0);
    this.#iceRestart = false;
    for (const waiter of waiting) waiter.resolve();
  }

  abort(error: ParleyError): void {
    this.#paused = true;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(error);
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    // Changes made in one turn of the event loop share an offer.
    await Promise.resolve();
    while (!this.#paused && this.#waiting.length > 0) {
      await this.#exchangeOnce();
    }
    this.#busy = false;
  }

  async #exchangeOnce(): Promise<void> {
    const waiting = this.#waiting;
    const iceRestart = this.#iceRestart;
    this.#waiting = [];
    this.#iceRestart = false;
    try {
      await this.exchange({ iceRestart });
      for (const waiter of waiting) waiter.resolve();
    } catch (error) {
      if (error instanceof ParleyError && (error.code === 'connection-lost' || error.code === 'timeout')) {
        this.#waiting.unshift(...waiting);
        this.#iceRestart ||= iceRestart;
        if (error.code === 'connection-lost') this.#paused = true;
        return;
      }
      for (const waiter of waiting) waiter.reject(error);
    }
  }
}
