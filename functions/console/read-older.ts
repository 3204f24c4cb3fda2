import { type IncidentLine, incidentLine } from '../../core/console/incident-line.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore, ListedIncident } from '../../core/incident/incident-store.ts';

/** A part of the closed incidents, newest first. */
export interface OlderIncidents {
  readonly incidents: readonly IncidentLine[];
  /** Where the next part begins; null: this was the last one. */
  readonly older: string | null;
}

/** The closed incidents behind a cursor. Undefined: it is none. Throws `RestitchError` (code `store`). */
export async function readOlder(
  store: Pick<IncidentStore, 'listClosed'>,
  cursor: string,
  most: number,
): Promise<OlderIncidents | undefined> {
  const after = placeOf(cursor);
  if (after === undefined) return undefined;
  const closed = await store.listClosed(most, after);
  return { incidents: closed.map(incidentLine), older: cursorBehind(closed, most) };
}

/** Behind the last of a full part. */
export function cursorBehind(closed: readonly Incident[], most: number): string | null {
  const last = closed.at(-1);
  return last === undefined || closed.length < most ? null : `${last.openedAt}.${last.incidentId}`;
}

function placeOf(cursor: string): ListedIncident | undefined {
  const [, at = '', incidentId] = /^(\d{1,15})\.(.{1,300})$/s.exec(cursor) ?? [];
  return incidentId === undefined ? undefined : { openedAt: Number(at), incidentId };
}
