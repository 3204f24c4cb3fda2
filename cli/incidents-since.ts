import type { Incident } from '../core/incident/incident.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';

const FIRST_PAGE = 200;

/** Every incident that was opened at `since` (epoch milliseconds) or later, newest first. */
export async function incidentsSince(
  store: Pick<IncidentStore, 'listRecent'>,
  since: number,
): Promise<readonly Incident[]> {
  for (let limit = FIRST_PAGE; ; limit *= 4) {
    const newest = await store.listRecent(limit);
    const isAll = newest.length < limit || (newest.at(-1)?.openedAt ?? 0) < since;
    if (isAll) return newest.filter(({ openedAt }) => openedAt >= since);
  }
}
