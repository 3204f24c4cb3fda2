import type { FaultClass } from '../../core/fault-class.ts';
import type { Fault } from '../../lab/fault.ts';
import type { FiredAlert } from './fired-alerts.ts';

/** What the rules say of one recorded fault. */
export interface CoverageRow {
  readonly fault: Pick<Fault, 'name' | 'label' | 'orLabel'>;
  /** What reaches Restitch, the one that it is opened by first. */
  readonly posted: readonly FiredAlert[];
  readonly hypothesis: FaultClass;
}

export const HYPOTHESIS_WANTED = 0.85;

export function isRight({ fault: { label, orLabel }, hypothesis }: CoverageRow): boolean {
  return hypothesis === label.class || hypothesis === orLabel?.class;
}

export function shareRight(rows: readonly CoverageRow[]): number {
  return rows.filter(isRight).length / rows.length;
}

/** Which alert each fault fires, as Markdown. */
export function coverageReport(rows: readonly CoverageRow[]): string {
  const right = rows.filter(isRight).length;
  const share = `${right} of ${rows.length} (${(100 * shareRight(rows)).toFixed(1)} %)`;
  return [
    '# Which alert each fault fires',
    '',
    'Written by `npm run alerts` from recordings: every fault of the catalogue is made in the lab, the watchdog of each node runs before',
    'it and twice after it, and promtool evaluates the shipped rules on what they wrote, as if it went on for ten minutes. An alert that',
    'the inhibition mutes is left out. Nothing fires where the watchdog’s own probes heal the fault, or where packets still arrive.',
    '',
    '| | | wanted |',
    '| --- | --- | --- |',
    `| first hypothesis right, from the alert’s labels alone | ${share} | ≥ ${100 * HYPOTHESIS_WANTED} % |`,
    '',
    '| fault | truth | first alert | after min | first hypothesis | further alerts |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(describeRow),
    '',
  ].join('\n');
}

function describeRow(row: CoverageRow): string {
  const { fault, posted, hypothesis } = row;
  const [first, ...others] = posted;
  const columns = [
    fault.name,
    `${fault.label.class}/${fault.label.cause}`,
    first === undefined ? 'none' : nameOf(first),
    first?.afterMinutes ?? '-',
    isRight(row) ? hypothesis : `**${hypothesis}**`,
    others.map(nameOf).join(', ') || '-',
  ];
  return `| ${columns.join(' | ')} |`;
}

export function nameOf({ labels }: FiredAlert): string {
  return `${labels['alertname']}@${labels['node']}`;
}
