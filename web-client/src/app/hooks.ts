import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { Area } from './layout.js';

/** Renders again whenever `subscribe` calls back. */
export function useChanges(subscribe: ((listener: () => void) => () => void) | null, keys: readonly unknown[]): void {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  useEffect(() => subscribe?.(() => changed(undefined)), keys);
}

/** The size of an element's content, as it changes. */
export function useSize<E extends HTMLElement>(): { ref: { current: E | null }; area: Area } {
  const ref = useRef<E>(null);
  const [area, setArea] = useState<Area>({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setArea({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, area };
}

/** True once `condition` has held for so long without a break. */
export function useHeldFor(condition: boolean, delayMs: number): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    setHeld(false);
    if (!condition) return undefined;
    const timer = setTimeout(() => setHeld(true), delayMs);
    return () => clearTimeout(timer);
  }, [condition, delayMs]);
  return held && condition;
}
