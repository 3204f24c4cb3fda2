import { isoTime } from '../adapters/iso-time.ts';
import { titleOf } from '../core/incident/explain.ts';
import { classOf, type Incident, type IncidentAlert } from '../core/incident/incident.ts';
import type { ReceiptEntry } from '../core/incident/receipt.ts';
import type { Segment, TimeBySegment } from '../core/incident/segments.ts';
import { onOneLine } from '../core/on-one-line.ts';

/** What an incident is, its state, its timeline and where its time went: lines for a person. */
export function incidentReport(
  incident: Incident,
  receipt: readonly ReceiptEntry[],
  { segments, atRestSeconds }: TimeBySegment,
): readonly string[] {
  return [
    `${incident.incidentId}: ${classOf(incident)} on ${incident.target.node} of ${incident.target.cluster}`,
    `  state      ${stateOf(incident)}`,
    `  opened     ${isoTime(incident.openedAt)}`,
    ...(incident.closedAt === null ? [] : [`  closed     ${isoTime(incident.closedAt)}`]),
    ...incident.alerts.map(alertLine),
    '',
    'Timeline (UTC)',
    ...receipt.map((entry) => `  ${titleOf(entry)}`),
    '',
    'Seconds by segment',
    ...segments.map(segmentLine),
    ...(atRestSeconds === 0 ? [] : [`  ${'at rest'.padEnd(12)}  ${numberOf(atRestSeconds)}`]),
  ];
}

function alertLine({ alertname, status, summary }: IncidentAlert): string {
  return `  alert      ${onOneLine(alertname)}, ${status}${summary === null ? '' : `: ${onOneLine(summary)}`}`;
}

function stateOf({ phase, outcome, diagnosis, hypothesis }: Incident): string {
  const guess = diagnosis === null ? `; ${hypothesis} is a first guess` : '';
  return `${outcome === null ? phase : `${phase}, ${outcome}`}${guess}`;
}

function segmentLine({ name, seconds, why }: Segment): string {
  return `  ${name.padEnd(12)}  ${seconds === null ? `${'unknown'.padStart(9)}: ${why ?? ''}` : numberOf(seconds)}`;
}

function numberOf(seconds: number): string {
  return seconds.toFixed(1).padStart(9);
}
