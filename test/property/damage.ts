import fc from 'fast-check';

/** Every place of a JSON value that holds a string, number, boolean or null, or an array that can be emptied. */
export function placesOf(
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((each, index) => placesOf(each, [...path, index]))];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, each]) => placesOf(each, [...path, key]));
  return [path];
}

export function replaceAt(
  value: unknown,
  [head, ...rest]: readonly (string | number)[],
  how: (old: unknown) => unknown,
): unknown {
  if (head === undefined) return how(value);
  if (Array.isArray(value)) return value.map((each, index) => (index === head ? replaceAt(each, rest, how) : each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === head ? replaceAt(each, rest, how) : each]),
  );
}

export interface Damage {
  readonly place: number;
  readonly text: string;
  readonly number: number;
}

const MANY = 20;
const LONG = 'x'.repeat(5_000);

/** One place of the value changed into something else of its type, of any size; an array emptied, or with every row many times. */
export function damaged(value: unknown, { place, text, number }: Damage): unknown {
  const places = placesOf(value);
  const where = places[place % places.length] ?? [];
  return replaceAt(value, where, (old) => {
    if (Array.isArray(old)) return text.length % 2 === 0 ? [] : Array.from({ length: MANY }, () => old).flat();
    if (typeof old === 'string') return text;
    if (typeof old === 'number') return number;
    return typeof old === 'boolean' ? !old : old;
  });
}

/** `texts`: what may stand in the place of a string, besides anything. */
export function anyDamage(texts: readonly string[]): fc.Arbitrary<Damage> {
  return fc.record({
    place: fc.nat(),
    text: fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom('', LONG, ...texts)),
    number: fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1370, 1420, 2 ** 40)),
  });
}
