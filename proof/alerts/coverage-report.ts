import { hypothesize } from '../../core/alert/hypothesize.ts';
import type { FaultClass } from '../../core/fault-class.ts';
import type { Fault } from '../../lab/fault.ts';
import { type Labels, nameOf } from './fired-alerts.ts';
import { postedAlerts } from './posted-alerts.ts';

/** What the rules say of one recorded fault. */
export interface CoverageRow {
  readonly fault: CoveredFault;
  /** What opens the incident; null: nothing fires. */
  readonly first: { readonly labels: Labels; readonly afterMinutes: number } | null;
  /** What else reaches Restitch within ten minutes. */
  readonly further: readonly Labels[];
  readonly hypothesis: FaultClass;
}

export type CoveredFault = Pick<Fault, 'name' | 'label' | 'orLabel' | 'alertingNode'>;

/** `fired`: the alerts of each full minute after the fault. */
export function coverageOf(fault: CoveredFault, fired: readonly (readonly Labels[])[]): CoverageRow {
  const posted = fired.map((labels) => postedAlerts(labels, fault.alertingNode));
  const minute = posted.findIndex((labels) => labels.length > 0);
  const labels = posted[minute]?.[0];
  const byName = new Map(posted.flat().map((each) => [nameOf(each), each]));
  if (labels !== undefined) byName.delete(nameOf(labels));
  return {
    fault,
    first: labels === undefined ? null : { labels, afterMinutes: minute + 1 },
    further: [...byName.values()],
    // Where nothing fires nobody is called: right for a fleet that is healthy.
    hypothesis: labels === undefined ? 'healthy' : hypothesize(labels),
  };
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
  const { fault, first, further, hypothesis } = row;
  const columns = [
    fault.name,
    `${fault.label.class}/${fault.label.cause}`,
    first === null ? 'none' : nameOf(first.labels),
    first?.afterMinutes ?? '-',
    isRight(row) ? hypothesis : `**${hypothesis}**`,
    further.map(nameOf).join(', ') || '-',
  ];
  return `| ${columns.join(' | ')} |`;
}
