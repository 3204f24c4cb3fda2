/** Makes the compiler prove that a `switch` is exhaustive. Throws when data got past its parser. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected variant: ${JSON.stringify(value)}`);
}
