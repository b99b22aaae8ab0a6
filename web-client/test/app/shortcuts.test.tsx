// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useShortcuts } from '../../src/app/shortcuts.js';

const actions = {
  toggleMicrophone: vi.fn(),
  toggleCamera: vi.fn(),
  toggleScreen: vi.fn(),
  copyLink: vi.fn(),
  toggleHelp: vi.fn(),
  talk: vi.fn(),
};

function Page() {
  useShortcuts(actions);
  return (
    <div>
      <input id="field" />
      <button id="button" type="button" />
    </div>
  );
}

describe('shortcuts', () => {
  let root: HTMLElement;
  beforeEach(async () => {
    vi.clearAllMocks();
    root = document.body.appendChild(document.createElement('div'));
    await act(() => render(<Page />, root));
  });
  afterEach(async () => {
    // What effects leave to be done is done here, not when the document has gone.
    await act(() => render(null, root));
    root.remove();
  });

  const press = (key: string, init: KeyboardEventInit = {}, target: Element = document.body): void => {
    const code = key === ' ' ? 'Space' : '';
    target.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...init }));
    target.dispatchEvent(new KeyboardEvent('keyup', { key, code, bubbles: true, ...init }));
  };

  it('do what their letters say, in either case', () => {
    for (const key of ['m', 'M', 'v', 's', 'l', '?']) press(key);
    expect(actions.toggleMicrophone).toHaveBeenCalledTimes(2);
    for (const action of [actions.toggleCamera, actions.toggleScreen, actions.copyLink, actions.toggleHelp]) {
      expect(action).toHaveBeenCalledTimes(1);
    }
  });

  it('leave typing, and the shortcuts of the browser, alone', () => {
    press('m', {}, root.querySelector('#field')!);
    press('s', { ctrlKey: true });
    press('l', { metaKey: true });
    press('m', { repeat: true });
    expect(actions.toggleMicrophone).not.toHaveBeenCalled();
    expect(actions.toggleScreen).not.toHaveBeenCalled();
    expect(actions.copyLink).not.toHaveBeenCalled();
  });

  it('talk while Space is held, but let it press a focused button', () => {
    press(' ');
    expect(actions.talk.mock.calls).toEqual([[true], [false]]);
    actions.talk.mockClear();
    press(' ', {}, root.querySelector('#button')!);
    expect(actions.talk.mock.calls).toEqual([[false]]);
  });
});
