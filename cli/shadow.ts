import type { TrackRecord } from '../core/safety/autonomy.ts';
import type { CliIo } from './cli-io.ts';
import { parseTableOptions, TABLE_HELP, withSafetyRecords } from './table-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `restitch shadow report: how the decisions turned out, by stage, fault class and pool

  right      nothing was done, and only somebody's help ended the fault
  unneeded   nothing was done, and the node healed within ten minutes
  wrong      nothing was done, and the node is healthy with everything that was blamed, or the diagnosis changed
  healed     it acted, and that healed the node
  failed     it acted, and that did not
  open       not known yet

${TABLE_HELP}`;

const columns = ['open', 'right', 'unneeded', 'wrong', 'healed', 'failed'] as const;

/** `restitch shadow report`. */
export async function shadow(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseTableOptions('shadow', args, []);
  if (values.help) {
    io.out(HELP);
    return 0;
  }
  if (positionals.join(' ') !== 'report') throw new UsageError('shadow wants report');
  const tracks = await withSafetyRecords(values['state-dir'], io, (records) => records.tracks.list());
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
