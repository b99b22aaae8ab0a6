import { describe, expect, it } from 'vitest';
import { callErrorText, deviceErrorText } from '../../src/app/error-texts.js';
import { translator } from '../../src/app/i18n/index.js';
import { captureError } from '../../src/sdk/capture.js';
import { ParleyError } from '../../src/sdk/index.js';

const t = translator('en');

describe('what people read', () => {
  it('when joining fails', () => {
    expect(callErrorText(new ParleyError('participant-limit', ''), t)).toBe('This room is full.');
    expect(callErrorText(new ParleyError('server-unreachable', ''), t)).toContain('cannot be reached');
    expect(callErrorText(new ParleyError('constructor', ''), t)).toBe('Something went wrong (constructor). Try again.');
    expect(callErrorText(new TypeError('x'), t)).toContain('internal');
  });

  it.each([
    ['NotAllowedError', 'may not use your camera'],
    ['NotFoundError', 'No camera was found'],
    ['NotReadableError', 'in use by another application'],
    ['OverconstrainedError', 'could not be started'],
    ['SomethingNewError', 'could not be started'],
  ])('when the camera fails with %s', (name, words) => {
    const error = captureError(new DOMException('no', name));
    expect(deviceErrorText('camera', error, t)).toContain(words);
    expect(deviceErrorText('microphone', error, t)).toContain(words.replace('camera', 'microphone'));
  });

  it('nothing, when they chose not to share a screen', () => {
    expect(deviceErrorText('screen', new ParleyError('capture-cancelled', ''), t)).toBeNull();
  });
});
