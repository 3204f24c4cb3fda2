import { classOf, type Incident } from '../core/incident/incident.ts';

const TABLE_COLUMNS = 80;
const GAP = '  ';

/** One line per incident, at most 80 columns. The incident's name is never cut: other commands want it. `now`: epoch milliseconds. */
export function incidentTable(incidents: readonly Incident[], now: number): readonly string[] {
  const rows = [
    ['INCIDENT', 'STATE', 'AGE', 'CLASS'],
    ...incidents.map((incident) => [
      incident.incidentId,
      incident.outcome ?? incident.phase,
      ageOf(now - incident.openedAt),
      classOf(incident),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP);
    const text = line.trimEnd();
    return text.length <= TABLE_COLUMNS ? text : `${line.slice(0, TABLE_COLUMNS - 1)}…`;
  });
}

/** Two or three characters and a unit: 45s, 12m, 3h, 20d. */
function ageOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
