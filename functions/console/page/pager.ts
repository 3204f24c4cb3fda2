import { el } from './element.ts';

export interface PagerInput {
  /** What is paged: `nodes`. */
  readonly name: string;
  readonly page: number;
  readonly pages: number;
  readonly turn: (page: number) => void;
}

/** Nothing where there is one page. */
export function pager({ name, page, pages, turn }: PagerInput): readonly Node[] {
  if (pages === 1) return [];
  const button = (text: string, to: number) =>
    el(
      'button',
      {
        type: 'button',
        'data-key': `${name} ${text}`,
        'aria-disabled': to < 1 || to > pages ? 'true' : undefined,
        click: () => (to < 1 || to > pages ? undefined : turn(to)),
      },
      text,
    );
  const where = el('span', {}, `page ${page} of ${pages}`);
  return [
    el(
      'nav',
      { class: 'pager', 'aria-label': `Pages of ${name}` },
      button('Previous', page - 1),
      where,
      button('Next', page + 1),
    ),
  ];
}
