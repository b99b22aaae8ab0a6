/**
 * `Schema`: the smallest validator that types and checks a message from one description, so that the two cannot part.
 * Unknown fields are let through: a newer server may say more.
 */
export interface Schema<T> {
  /** Whether `value` has this shape; on failure `path` in `problems` says where. */
  accepts(value: unknown, path: string, problems: string[]): value is T;
}

/** The type that a schema describes. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

class Optional<T> {
  constructor(readonly schema: Schema<T>) {}
}

type Fields = Record<string, Schema<unknown> | Optional<unknown>>;
type RequiredKeys<F extends Fields> = { [K in keyof F]: F[K] extends Optional<unknown> ? never : K }[keyof F];
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];
type Simplify<T> = { [K in keyof T]: T[K] };
type ObjectOf<F extends Fields> = Simplify<
  { [K in RequiredKeys<F>]: F[K] extends Schema<infer T> ? T : never } & {
    [K in OptionalKeys<F>]?: F[K] extends Optional<infer T> ? T | undefined : never;
  }
>;

function primitive<T>(name: string, test: (value: unknown) => boolean): Schema<T> {
  return {
    accepts(value, path, problems): value is T {
      if (test(value)) return true;
      problems.push(`${path} is not ${name}`);
      return false;
    },
  };
}

export const string = primitive<string>('a string', (value) => typeof value === 'string');
export const boolean = primitive<boolean>('a boolean', (value) => typeof value === 'boolean');
export const number = primitive<number>('a number', (value) => typeof value === 'number' && Number.isFinite(value));
export const integer = primitive<number>('an integer', (value) => Number.isInteger(value));

export function literal<const L extends string>(expected: L): Schema<L> {
  return primitive<L>(JSON.stringify(expected), (value) => value === expected);
}

export function oneOf<const L extends string>(...expected: readonly L[]): Schema<L> {
  return primitive<L>(`one of ${expected.join(', ')}`, (value) => (expected as readonly unknown[]).includes(value));
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return {
    accepts(value, path, problems): value is T | null {
      return value === null || schema.accepts(value, path, problems);
    },
  };
}

/** A field that may be absent. `null` counts as absent, since some JSON writers send it so. */
export function optional<T>(schema: Schema<T>): Optional<T> {
  return new Optional(schema);
}

export function array<T>(element: Schema<T>): Schema<T[]> {
  return {
    accepts(value, path, problems): value is T[] {
      if (!Array.isArray(value)) {
        problems.push(`${path} is not an array`);
        return false;
      }
      return value.every((item, index) => element.accepts(item, `${path}[${index}]`, problems));
    },
  };
}

export function object<F extends Fields>(fields: F): Schema<ObjectOf<F>> {
  return {
    accepts(value, path, problems): value is ObjectOf<F> {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        problems.push(`${path} is not an object`);
        return false;
      }
      const record = value as Record<string, unknown>;
      let accepted = true;
      for (const [name, field] of Object.entries(fields)) {
        const present = record[name] !== undefined && record[name] !== null;
        if (field instanceof Optional) {
          if (present && !field.schema.accepts(record[name], `${path}.${name}`, problems)) accepted = false;
        } else if (!field.accepts(record[name], `${path}.${name}`, problems)) {
          accepted = false;
        }
      }
      return accepted;
    },
  };
}
