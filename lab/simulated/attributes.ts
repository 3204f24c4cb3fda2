/** The words after an iproute2 verb: bare ones, flags, and attributes with a value. */
export interface Attributes {
  readonly bare: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

/** Splits the words by the names that the verb knows; every other word is a bare one. */
export function parseAttributes(
  words: readonly string[],
  known: { readonly flags?: readonly string[]; readonly values: readonly string[] },
): Attributes {
  const bare: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const value = words[index + 1];
    if (known.values.includes(word) && value !== undefined) {
      values.set(word, value);
      index++;
    } else if (known.flags?.includes(word)) {
      flags.add(word);
    } else {
      bare.push(word);
    }
  }
  return { bare, flags, values };
}
