import { canonicalAddress } from '../alert/canonical-address.ts';

/**
 * An address or a network as the kernel's tools print it (RFC 5952 §4): lower case, no leading zeros, and `::` for the first of
 * the longest runs of zeros. A text that is no address is returned as it is.
 */
export function shortestSpelling(text: string): string {
  const [address = '', ...prefix] = text.split('/');
  return [spell(address), ...prefix].join('/');
}

function spell(address: string): string {
  const groups = canonicalAddress(address)?.split(':');
  if (groups?.length !== 8) return address;
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== '0');
    return { start, length: (end < 0 ? groups.length : end) - start };
  });
  const [longest] = runs.toSorted((one, other) => other.length - one.length);
  if (longest === undefined || longest.length < 2) return groups.join(':');
  const { start, length } = longest;
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}
