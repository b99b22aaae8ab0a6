import { describe, expect, it } from 'vitest';
import { array, integer, object, optional, string } from '../../src/sdk/schema.js';

const person = object({ name: string, age: optional(integer), tags: array(string) });

function problems(value: unknown): string[] {
  const found: string[] = [];
  person.accepts(value, 'person', found);
  return found;
}

describe('schema', () => {
  it('accepts what fits, with fields that it does not know', () => {
    expect(problems({ name: 'Ada', tags: ['a'], later: true })).toEqual([]);
  });

  it('takes null for an absent optional field', () => {
    expect(problems({ name: 'Ada', age: null, tags: [] })).toEqual([]);
  });

  it('says where a value does not fit', () => {
    expect(problems({ name: 3, age: 1.5, tags: ['a', 7] })).toEqual([
      'person.name is not a string',
      'person.age is not an integer',
      'person.tags[1] is not a string',
    ]);
  });

  it('refuses arrays and null for an object', () => {
    expect(problems([])).toEqual(['person is not an object']);
    expect(problems(null)).toEqual(['person is not an object']);
  });
});
