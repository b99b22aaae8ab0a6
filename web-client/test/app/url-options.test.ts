import { describe, expect, it } from 'vitest';
import { readUrlOptions } from '../../src/app/url-options.js';

const read = (path: string) => readUrlOptions(new URL(path, 'http://localhost:8080'));

describe('readUrlOptions', () => {
  it('has defaults for an address that asks for nothing', () => {
    expect(read('/')).toEqual({
      room: null,
      name: null,
      join: false,
      audio: true,
      video: true,
      videoSize: null,
      codec: undefined,
      simulcast: undefined,
      transport: undefined,
      token: undefined,
      termination: undefined,
      locale: null,
    });
  });

  it('reads all that can be asked for', () => {
    const options = read(
      '/r/stand-up?name=Ada%20L&join=1&video=320x180&audio=off&codec=VP9&simulcast=0&transport=tcp&lang=zh-CN&token=t&termination=auto',
    );
    expect(options).toEqual({
      room: 'stand-up',
      name: 'Ada L',
      join: true,
      audio: false,
      video: true,
      videoSize: { widthPx: 320, heightPx: 180 },
      codec: 'vp9',
      simulcast: false,
      transport: 'tcp',
      token: 't',
      termination: 'auto',
      locale: 'zh-CN',
    });
  });

  it('turns the camera off', () => {
    expect(read('/?video=off').video).toBe(false);
  });

  it('passes over what it does not understand', () => {
    const options = read('/r/%E0%A4%A?video=big&codec=theora&transport=pigeon&lang=tlh&join=perhaps');
    expect(options).toMatchObject({ room: null, video: true, videoSize: null, codec: undefined, join: false });
    expect(options.transport).toBeUndefined();
    expect(options.locale).toBeNull();
  });

  it('takes the room from the path before the query', () => {
    expect(read('/r/a/?room=b').room).toBe('a');
    expect(read('/?room=b').room).toBe('b');
    expect(read('/r/a/b').room).toBeNull();
  });
});
