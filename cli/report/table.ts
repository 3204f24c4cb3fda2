import { type Html, html } from './html.ts';

export interface Column {
  readonly title: string;
  readonly isNumber: boolean;
}

/** A row's first cell is its heading. */
export type Row = readonly [Html, ...Html[]];

/** A table that scrolls by itself where it is wider than the page. `caption` is read out, not shown: a heading stands above. */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[], total?: Row): Html {
  const cells = (row: Row) =>
    row.map((cell, index) =>
      index === 0
        ? html`<th scope="row">${cell}</th>`
        : html`<td${columns[index]?.isNumber ? NUMBER : NOTHING}>${cell}</td>`,
    );
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<thead><tr>${columns.map(({ title, isNumber }) => html`<th scope="col"${isNumber ? NUMBER : NOTHING}>${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${cells(row)}</tr>
`,
  )}</tbody>
${total === undefined ? NOTHING : html`<tfoot><tr>${cells(total)}</tr></tfoot>`}</table></div>`;
}

const NUMBER = html` class="number"`;
const NOTHING = html``;
