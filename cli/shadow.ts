import type { TrackRecord } from '../core/safety/autonomy.ts';
import type { CliIo } from './cli-io.ts';
import { type TableOptions, withSafetyRecords } from './table-options.ts';

const columns = ['open', 'right', 'unneeded', 'wrong', 'healed', 'failed'] as const;

/** `restitch shadow report`. */
export async function shadowReport(values: TableOptions, io: CliIo): Promise<number> {
  const tracks = await withSafetyRecords(values, io, (records) => records.tracks.list());
  if (values.json) io.out(JSON.stringify(tracks));
  else for (const line of report(tracks)) io.out(line);
  return 0;
}

function report(tracks: readonly TrackRecord[]): readonly string[] {
  if (tracks.length === 0) return ['nothing was decided yet'];
  const rows = tracks.map((track) => [
    `${track.cluster}/${track.pool === '' ? '(no pool)' : track.pool}`,
    track.class,
    track.stage,
    track.level,
    ...columns.map((column) => String(track.totals[column] ?? 0)),
  ]);
  const table = [
    ['pool', 'class', 'stage', 'level', ...columns],
    ...rows.toSorted((a, b) => (a.join() < b.join() ? -1 : 1)),
  ];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
