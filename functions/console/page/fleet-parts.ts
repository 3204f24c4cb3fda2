import { svg } from './element.ts';
import type { Layout } from './fleet-layout.ts';
import type { Way } from './node-state.ts';
import { waySigns } from './words.ts';

/** One direction of a tunnel: a thin line for small packets, a thick one for full size, an arrow, and what became of both. */
export function lane(
  { small, full }: Way,
  y: number,
  direction: 'in' | 'out',
  { lanesFrom, lanesTo }: Layout,
): SVGElement {
  const from = lanesFrom + 2;
  const to = lanesTo - 12;
  const middle = (from + to) / 2;
  const wide = to - from > 200;
  const arrow = direction === 'in' ? '→' : '←';
  const label = wide
    ? `${arrow} small ${waySigns[small]}  full ${waySigns[full]}`
    : `${waySigns[small]} ${waySigns[full]}`;
  const half = wide ? 62 : 17;
  const tip = direction === 'in' ? `M${to} ${y - 5} l8 5 l-8 5 z` : `M${from} ${y - 5} l-8 5 l8 5 z`;
  return svg(
    'g',
    {},
    svg('line', { class: `way thin ${small}`, x1: from, x2: to, y1: y - 3, y2: y - 3 }),
    svg('line', { class: `way thick ${full}`, x1: from, x2: to, y1: y + 3, y2: y + 3 }),
    svg('path', { class: `tip ${small}`, d: tip }),
    svg('rect', { class: 'chip', x: middle - half, y: y - 9, width: half * 2, height: 18, rx: 4 }),
    svg('text', { class: 'sign', x: middle, y: y + 4, 'text-anchor': 'middle' }, label),
  );
}

/** A line of text that is cut where it would leave its box; the whole of it is in the name of its part. */
export function line(text: string, x: number, y: number, name: string, room: number): SVGElement {
  const most = Math.floor(room / 7);
  const shown = text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
  return svg('text', { class: name, x, y }, shown);
}

export function atEnd(text: string, x: number, y: number): SVGElement {
  return svg(
    'text',
    { class: 'sign loses', x, y, 'text-anchor': 'end' },
    text.length > 16 ? `${text.slice(0, 15)}…` : text,
  );
}

/** `label`: its name for those who do not see it, and what a pointer is told that rests on it. */
export function part(
  key: string,
  label: string,
  x: number,
  y: number,
  body: readonly SVGElement[],
  act: () => void,
): SVGElement {
  const enter = (event: Event) => {
    if (!(event instanceof KeyboardEvent) || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    act();
  };
  return svg(
    'g',
    {
      class: 'part',
      role: 'button',
      tabindex: -1,
      'data-key': `part ${key}`,
      transform: `translate(${x} ${y})`,
      click: act,
      keydown: enter,
    },
    svg('title', {}, label),
    ...body,
  );
}
