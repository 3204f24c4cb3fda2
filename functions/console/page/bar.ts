import { svg } from './element.ts';

/** What is there is seen. */
const LEAST_PERCENT = 0.8;

/** A piece of a bar from one percentage to another. The figure beside it says the same. */
export function barOf(name: string, from: number, to: number): SVGElement {
  const width = to > from ? Math.max(to - from, LEAST_PERCENT) : 0;
  const x = Math.min(from, 100 - width);
  return svg(
    'svg',
    {
      viewBox: '0 0 100 1',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
      class: `segment ${name.replace(' ', '-')}`,
    },
    svg('rect', { class: 'track', x: 0, width: 100, y: 0, height: 1 }),
    svg('rect', { class: 'piece', x, width, y: 0, height: 1 }),
  );
}
