// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Lobby } from '../../src/app/lobby.js';
import { LocalMedia } from '../../src/app/local-media.js';
import { ParleyError } from '../../src/sdk/index.js';

describe('Lobby', () => {
  let root: HTMLElement;
  const onJoin = vi.fn();

  beforeEach(() => {
    root = document.body.appendChild(document.createElement('div'));
    onJoin.mockClear();
  });
  afterEach(async () => {
    await act(() => render(null, root));
    root.remove();
  });

  async function show(props: { name?: string; room?: string; error?: unknown }): Promise<void> {
    const media = new LocalMedia({ audio: true, video: true, camera: {} });
    await act(() =>
      render(
        <Lobby
          media={media}
          name={props.name ?? ''}
          room={props.room ?? 'stand-up'}
          joining={false}
          error={props.error ?? null}
          onJoin={onJoin}
        />,
        root,
      ),
    );
  }

  const input = (name: string): HTMLInputElement => root.querySelector(`input[name="${name}"]`)!;
  const problem = (): HTMLElement => root.querySelector('[data-notice="problem"]')!;
  const submit = (): Promise<void> => act(() => root.querySelector<HTMLButtonElement>('[data-control="join"]')!.click());

  it('asks for a name before it joins, and says so at the field', async () => {
    await show({});
    await submit();
    expect(onJoin).not.toHaveBeenCalled();
    expect(problem().textContent).toBe('Please enter your name.');
    expect(document.activeElement).toBe(input('name'));
    expect(input('name').getAttribute('aria-invalid')).toBe('true');
  });

  it('asks for a room that has something left when tidied', async () => {
    await show({ name: 'Ada', room: ' / ' });
    await submit();
    expect(onJoin).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(input('room'));
  });

  it('joins with what was typed, tidied', async () => {
    await show({});
    input('name').value = '  Ada ';
    input('room').value = 'Team stand up';
    await submit();
    expect(onJoin).toHaveBeenCalledWith('Ada', 'Team-stand-up');
  });

  it('says why joining failed', async () => {
    await show({ name: 'Ada', error: new ParleyError('participant-limit', '') });
    expect(problem().hidden).toBe(false);
    expect(problem().textContent).toBe('This room is full.');
  });

  it('hides the problem when there is none', async () => {
    await show({ name: 'Ada' });
    expect(problem().hidden).toBe(true);
  });
});
