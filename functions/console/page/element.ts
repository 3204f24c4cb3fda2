type Attributes = Readonly<Record<string, string | number | undefined | ((event: Event) => void)>>;
type Child = Node | string | undefined;

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an element: `el('p', { class: 'x' }, 'text', child, …)`. Text becomes text nodes, never markup; a function listens. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for an element of a drawing. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** The element of the page with this id. Throws where there is none: the page and its script belong together. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * Puts these children in place of the present ones. The focus stays on the element with the same `data-key`, and what was open there
 * stays open.
 */
export function show(container: Element, ...children: readonly Child[]): void {
  const focused = container.contains(document.activeElement) ? keyOf(document.activeElement) : undefined;
  const open = new Set([...container.querySelectorAll('details[open]')].flatMap((details) => keyOf(details) ?? []));
  container.replaceChildren(...children.filter((child) => child !== undefined));
  for (const details of container.querySelectorAll('details')) if (open.has(keyOf(details) ?? '')) details.open = true;
  if (focused === undefined) return;
  const again = [...container.querySelectorAll<HTMLElement>('[data-key]')].find((each) => keyOf(each) === focused);
  again?.focus({ preventScroll: true });
}

function keyOf(element: Element | null): string | undefined {
  return element?.getAttribute('data-key') ?? undefined;
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}
