import { initials, toneOf } from './names.js';

/** Stands for a person whose camera is off. */
export function Avatar({ name, identity }: { readonly name: string; readonly identity: string }) {
  return (
    <div class={`avatar tone-${toneOf(identity)}`} aria-hidden="true">
      <span>{initials(name)}</span>
    </div>
  );
}
