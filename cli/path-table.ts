import { styleText } from 'node:util';
import { assertNever } from '../core/assert-never.ts';
import type { Fared, PathPair } from '../core/evidence/path-matrix.ts';
import { alignColumns, columnWidths } from './align-columns.ts';

/** Each of two names of hosts, so that the three other columns fit in a line of 70. */
const NAME_COLUMNS = 22;

interface Table {
  /** The first row has the titles. */
  readonly rows: readonly (readonly string[])[];
  /** How many columns, the first ones, name hosts. */
  readonly nameColumns: number;
}

interface Column {
  readonly name: string;
  readonly of: (pair: PathPair) => Fared | null;
}

const columnsOfPair: readonly Column[] = [
  { name: 'small', of: ({ small }) => small },
  { name: 'full size', of: ({ full }) => full },
  { name: 'TCP', of: ({ tcp }) => tcp },
];

/**
 * A title, then a row per sender and a column per receiver where they fit in so many columns of a line, else a line per pair.
 * What was measured of no pair is left out: TCP over IPv6.
 */
export function pathTable(
  title: string,
  pairs: readonly PathPair[],
  { colours, width }: { readonly colours: boolean; readonly width: number },
): readonly string[] {
  const columns = columnsOfPair.filter(({ of }) => pairs.some((pair) => of(pair) !== null));
  const matrix = matrixOf(pairs, columns);
  const fits = alignColumns(matrix.rows).every((line) => line.length <= width);
  const table = fits ? matrix : listOf(pairs, columns);
  return [`${title}: ${columns.map(({ name }) => name).join(', ')}`, ...print(table, colours)];
}

/** `ok`, `7/10`, `long`, `LOST`, or `-` where nothing was measured. */
export function markOf(fared: Fared | null): string {
  if (fared === null) return '-';
  switch (fared.state) {
    case 'passed':
      return 'ok';
    case 'degraded':
      return `${fared.received}/${fared.sent}`;
    case 'too-long':
      return 'long';
    case 'lost':
      return 'LOST';
    default:
      return assertNever(fared.state);
  }
}

function matrixOf(pairs: readonly PathPair[], columns: readonly Column[]): Table {
  const senders = unique(pairs.map(({ from }) => from));
  const receivers = unique([...senders, ...pairs.map(({ to }) => to)]).filter((host) =>
    pairs.some(({ to }) => to === host),
  );
  const cells = receivers.map((receiver) => {
    const ofSenders = senders.map((sender) => pairs.find(({ from, to }) => from === sender && to === receiver));
    const marks = ofSenders.map((pair) => (pair === undefined ? ['-'] : columns.map(({ of }) => markOf(of(pair)))));
    return [receiver, ...alignColumns(marks, ' ')];
  });
  const names = ['FROM \\ TO', ...senders];
  return { rows: names.map((name, row) => [name, ...cells.map((column) => column[row] ?? '')]), nameColumns: 1 };
}

function listOf(pairs: readonly PathPair[], columns: readonly Column[]): Table {
  const titles = ['FROM', 'TO', ...columns.map(({ name }) => name.toUpperCase())];
  const rows = pairs.map((pair) => [
    shortened(pair.from),
    shortened(pair.to),
    ...columns.map(({ of }) => markOf(of(pair))),
  ]);
  return { rows: [titles, ...rows], nameColumns: 2 };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** Its middle is left out: names of hosts differ at the start or at the end. */
function shortened(name: string): string {
  if (name.length <= NAME_COLUMNS) return name;
  const kept = NAME_COLUMNS - 1;
  return `${name.slice(0, Math.ceil(kept / 2))}…${name.slice(-Math.floor(kept / 2))}`;
}

function print({ rows, nameColumns }: Table, colours: boolean): readonly string[] {
  const lines = alignColumns(rows);
  if (!colours) return lines;
  const names = columnWidths(rows)
    .slice(0, nameColumns)
    .reduce((width, column) => width + column + 2, 0);
  return lines.map((line, row) => (row === 0 ? line : line.slice(0, names) + line.slice(names).replaceAll(BAD, paint)));
}

const BAD = /LOST|long|\d+\/\d+/g;

function paint(mark: string): string {
  return styleText(mark === 'LOST' ? 'red' : 'yellow', mark, { validateStream: false });
}
