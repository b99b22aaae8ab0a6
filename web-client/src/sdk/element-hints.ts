import type { SubscriptionHint } from './protocol.js';

const SIZE_SETTLES_MS = 200;
/** A tile that is scrolled past, or a tab that is left for a glance elsewhere, shall not lose its picture. */
const HIDDEN_FOR_MS = 2_000;
/** Sizes are told in steps, so that a window being dragged is not a flood of hints. */
const STEP_PX = 16;

interface Shown {
  width: number;
  height: number;
  visible: boolean;
}

/**
 * `ElementHints`: turns the size and visibility of the elements that show a track into what the server is told: the
 * largest visible size in device pixels, or paused when nobody can see it.
 */
export class ElementHints {
  readonly #shown = new Map<Element, Shown>();
  readonly #sizes: ResizeObserver;
  readonly #visibility: IntersectionObserver;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onPageVisibility = (): void => this.#schedule();

  constructor(private readonly changed: (hint: SubscriptionHint) => void) {
    this.#sizes = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        this.#update(target, { width: contentRect.width, height: contentRect.height });
      }
    });
    this.#visibility = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.#update(target, { visible: isIntersecting });
    });
    document.addEventListener('visibilitychange', this.#onPageVisibility);
  }

  observe(element: Element): void {
    const { width, height } = element.getBoundingClientRect();
    this.#shown.set(element, { width, height, visible: true });
    this.#sizes.observe(element);
    this.#visibility.observe(element);
    this.#schedule();
  }

  unobserve(element: Element): void {
    this.#shown.delete(element);
    this.#sizes.unobserve(element);
    this.#visibility.unobserve(element);
    this.#schedule();
  }

  /** What the elements say now. */
  current(): SubscriptionHint {
    const visible = document.hidden ? [] : [...this.#shown.values()].filter((shown) => shown.visible);
    if (visible.length === 0) return { paused: true };
    const scale = window.devicePixelRatio || 1;
    const toPx = (size: number): number => Math.ceil((size * scale) / STEP_PX) * STEP_PX;
    return {
      width: Math.max(...visible.map((shown) => toPx(shown.width))),
      height: Math.max(...visible.map((shown) => toPx(shown.height))),
      paused: false,
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#sizes.disconnect();
    this.#visibility.disconnect();
    this.#shown.clear();
    document.removeEventListener('visibilitychange', this.#onPageVisibility);
  }

  #update(element: Element, change: Partial<Shown>): void {
    const shown = this.#shown.get(element);
    if (!shown) return;
    Object.assign(shown, change);
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const delayMs = this.current().paused ? HIDDEN_FOR_MS : SIZE_SETTLES_MS;
    this.#timer = setTimeout(() => this.changed(this.current()), delayMs);
  }
}
