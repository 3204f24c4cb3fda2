import * as z from 'zod';

/** What one benchmark measured. Units are in the names of the columns; the first column says what a row is of. */
export const BenchTable = z.object({
  title: z.string(),
  columns: z.array(z.string()).readonly(),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()])).readonly()).readonly(),
});

export type BenchTable = z.infer<typeof BenchTable>;

/** Prints it as a table, or with `--json` among the arguments of the process as JSON on one line. */
export function report(table: BenchTable): void {
  const lines = process.argv.includes('--json') ? [JSON.stringify(table)] : formatTable(table);
  process.stdout.write(`${lines.join('\n')}\n`);
}

export function formatTable({ title, columns, rows }: BenchTable): readonly string[] {
  const cells = [columns, ...rows.map((row) => row.map((cell) => String(cell ?? '')))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ');
  return [title, ...cells.map((row) => line(row).trimEnd())];
}

/** The middle value, rounded to so many digits after the point. NaN of none. */
export function median(values: readonly number[], digits = 0): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return Number(middle.toFixed(digits));
}
