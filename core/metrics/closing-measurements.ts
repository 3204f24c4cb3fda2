import { countedClass } from '../incident/counted-class.ts';
import type { Incident } from '../incident/incident.ts';
import { mitigationSeconds } from '../incident/mitigation-seconds.ts';
import type { ReceiptEntry } from '../incident/receipt.ts';
import { timeBySegment } from '../incident/segments.ts';
import type { Measurement } from './measurement.ts';

/**
 * The figures of an incident that was closed. `receipt`: in the order of time; undefined where it is not kept as a whole, and then
 * segments and answers are left out. Of a `duplicate` only that is said: its time belongs to the incident that it was joined to.
 */
export function closingMeasurements(
  incident: Incident,
  receipt: readonly ReceiptEntry[] | undefined,
): readonly Measurement[] {
  const { outcome } = incident;
  if (outcome === null) return [];
  const { cluster: Cluster } = incident.target;
  const Class = countedClass(incident);
  const ended = { metric: 'ClosedIncidents', value: 1, by: { Cluster, Outcome: outcome } } as const;
  if (outcome === 'duplicate') return [ended];
  return [
    ended,
    { metric: 'ClosedIncidents', value: 1, by: { Cluster, Class } },
    ...mitigation(incident, receipt),
    ...answers(Cluster, receipt ?? []),
  ];
}

function mitigation(incident: Incident, receipt: readonly ReceiptEntry[] | undefined): readonly Measurement[] {
  const value = mitigationSeconds(incident);
  if (value === undefined) return [];
  const { cluster: Cluster } = incident.target;
  const { segments, atRestSeconds } = timeBySegment(receipt ?? []);
  const told = [...segments, { name: 'at-rest', seconds: atRestSeconds }];
  const bySegment =
    receipt === undefined
      ? []
      : told.flatMap(({ name: Segment, seconds }): readonly Measurement[] =>
          seconds === null ? [] : [{ metric: 'SegmentSeconds', value: seconds, by: { Cluster, Segment } }],
        );
  return [
    { metric: 'MitigationSeconds', value, by: { Cluster } },
    { metric: 'MitigationSeconds', value, by: { Cluster, Class: countedClass(incident) } },
    ...bySegment,
  ];
}

/** From each question to the line that says what became of it. One that was withdrawn has no such line. */
function answers(Cluster: string, receipt: readonly ReceiptEntry[]): readonly Measurement[] {
  const value = receipt
    .filter(({ event }) => event === 'approval-requested')
    .flatMap(({ operationKey, at }) => {
      const decided = receipt.find(
        (entry) => entry.event === 'approval-decided' && entry.operationKey === operationKey && entry.at >= at,
      );
      return decided === undefined ? [] : [(decided.at - at) / 1_000];
    });
  return value.length === 0 ? [] : [{ metric: 'ApprovalSeconds', value, by: { Cluster } }];
}
