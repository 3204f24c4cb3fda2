/** A tree as EC2 writes it: a list becomes `<item>` elements, undefined is left out. */
export type XmlValue = string | readonly XmlValue[] | { readonly [name: string]: XmlValue | undefined };

export function toXml(name: string, value: XmlValue, attributes = ''): string {
  return `<${name}${attributes}>${contentOf(value)}</${name}>`;
}

function contentOf(value: XmlValue): string {
  if (typeof value === 'string') return escapeText(value);
  if (isList(value)) return value.map((item) => toXml('item', item)).join('');
  return Object.entries(value)
    .map(([name, child]) => (child === undefined ? '' : toXml(name, child)))
    .join('');
}

function isList(value: Exclude<XmlValue, string>): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
