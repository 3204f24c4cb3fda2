import { segmentNames } from '../../core/incident/segments.ts';
import type { LoopRow } from './loop-fault.ts';

/** All is well: repaired or given to a person as it should be, and the alert is over. */
export function isClosed({ outcome, resolvedAfter, broken }: LoopRow): boolean {
  return outcome === 'repaired' && resolvedAfter !== null && broken.length === 0;
}

export interface LoopResult {
  readonly rows: readonly LoopRow[];
  /** How many times as fast as in production the intervals were. */
  readonly factor: number;
  readonly versions: readonly string[];
  /** Seconds until people were told of a watchdog that stopped; null: they were not. */
  readonly missed: number | null;
}

/** The loop as Markdown. */
export function loopReport({ rows, factor, versions, missed }: LoopResult): string {
  return [
    '# The whole loop',
    '',
    'Written by `npm run loop`: a fault is made in the lab; the watchdog of each node, node_exporter, Prometheus and Alertmanager find',
    'it with the rules and the configuration of `monitoring`; Alertmanager posts; Restitch heals; the alert resolves; the incident',
    'closes. Nothing else tells Restitch of the fault.',
    '',
    `Programs: ${versions.join(', ')}.`,
    factor === 1
      ? 'All intervals are those of production.'
      : `Every interval is production’s divided by ${factor}: the watchdog’s timer, scrapes, rules with their ranges and \`for\`, Alertmanager’s waits, and how long a repair must hold. What hosts and kernels take is not scaled.`,
    'node_exporter runs beside the lab and reads what each host’s watchdog writes, so a scrape never depends on the network that is broken.',
    '',
    'Seconds from the fault, by segment, and until the incident was closed and the last alert was over:',
    '',
    `| fault | class | alerts | muted | ${segmentNames.join(' | ')} | closed | resolved | end |`,
    `| --- | --- | --- | --- | ${segmentNames.map(() => '---').join(' | ')} | --- | --- | --- |`,
    ...rows.map(describeRow),
    '',
    missed === null
      ? '**A watchdog that stopped was not told.**'
      : `A watchdog that stops is told to people after ${missed.toFixed(1)} s (WatchdogSilent).`,
    '',
  ].join('\n');
}

function describeRow(row: LoopRow): string {
  const number = (value: number | null | undefined) => (typeof value === 'number' ? value.toFixed(1) : '-');
  const columns = [
    row.fault,
    row.class,
    row.sent.join(', ') || '-',
    row.muted.join(', ') || '-',
    ...row.segments.map(({ seconds }) => number(seconds)),
    number(row.closedAfter),
    number(row.resolvedAfter),
    isClosed(row) ? row.outcome : `**${[row.outcome, ...row.broken].join('; ')}**`,
  ];
  return `| ${columns.join(' | ')} |`;
}
