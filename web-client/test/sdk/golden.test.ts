import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clientMessages, problemsOf, serverMessages } from '../../src/sdk/protocol.js';

// The server's tests read the same files.
const folder = new URL('../../../signaling/src/test/resources/golden/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

describe('golden messages', () => {
  it.each(files)('%s fits its type', (name) => {
    const message: unknown = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    expect(problemsOf(message)).toEqual([]);
  });

  it('cover every type of message', () => {
    const types = files.map((name) => {
      const message = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { readonly type: string };
      return message.type;
    });
    const known = [...Object.keys(clientMessages), ...Object.keys(serverMessages)];
    expect(known.filter((type) => !types.includes(type))).toEqual([]);
  });
});
