import { type Html, html } from './html.ts';

/** Colours of the page's style. */
export type Tone = 'good' | 'calm' | 'warn' | 'rest';

/** A piece of a bar. `from` and `to` are values on the chart's scale, which begins at 0. */
interface Piece {
  readonly tone: Tone;
  readonly from: number;
  readonly to: number;
}

export interface Bar {
  readonly label: string;
  /** Later ones are drawn over earlier ones. */
  readonly pieces: readonly Piece[];
  /** The figures, right of the bar. */
  readonly text: string;
}

/** What is there is seen. */
const LEAST_PERCENT = 0.5;
/** Between two parts of a stacked bar. */
const GAP_PERCENT = 0.3;

/** One part after the other. */
export function stacked(parts: readonly { readonly tone: Tone; readonly value: number }[]): readonly Piece[] {
  let from = 0;
  return parts.map(({ tone, value }) => {
    const piece = { tone, from, to: from + value };
    from = piece.to;
    return piece;
  });
}

/**
 * Bars with their labels and figures as text, so that both stay readable at every width. Each bar is an SVG that is stretched to the
 * room that is left. A screen reader hears `summary`; a table beside the chart has every figure.
 */
export function barChart(bars: readonly Bar[], legend: readonly (readonly [Tone, string])[], summary: string): Html {
  const most = Math.max(...bars.flatMap(({ pieces }) => pieces.map(({ to }) => to)), 0) || 1;
  return html`<figure>
<figcaption class="legend">${legend.map(([tone, name]) => html`<span><i class="key ${tone}"></i>${name}</span>`)}</figcaption>
<div class="bars" role="img" aria-label="${summary}">${bars.map((bar) => barHtml(bar, most))}</div>
</figure>`;
}

function barHtml({ label, pieces, text }: Bar, most: number): Html {
  const percent = (value: number) => (100 * value) / most;
  const drawn = pieces.filter(({ from, to }) => to > from);
  const rects = drawn.map(({ tone, from, to }, index) => {
    const gap = drawn[index + 1]?.from === to ? GAP_PERCENT : 0;
    const width = Math.max(percent(to - from) - gap, LEAST_PERCENT);
    return html`<rect class="${tone}" x="${percent(from).toFixed(2)}" width="${width.toFixed(2)}" height="1"/>`;
  });
  return html`<span class="label">${label}</span><span class="figure">${text}</span><svg viewBox="0 0 100 1" preserveAspectRatio="none">${rects}</svg>
`;
}
