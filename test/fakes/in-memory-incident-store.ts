import { targetKey } from '../../core/alert/target.ts';
import { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import { ReceiptEntry } from '../../core/incident/receipt.ts';
import { addLine, emptyTimeline, lineOf, receiptFrom } from '../../core/incident/timeline.ts';
import { createFaults, type Faults } from './faults.ts';

/** Incidents in memory; held to the same contract as the table by test/contract/store. */
export interface InMemoryIncidentStore extends IncidentStore {
  readonly faults: Faults;
  /** Puts an incident there as it is, for the beginning of a test. */
  seed(incident: Incident): void;
}

export function createInMemoryIncidentStore(): InMemoryIncidentStore {
  const incidents = new Map<string, Incident>();
  const newest = new Map<string, string>();
  const sequences = new Map<string, number>();
  const receipts = new Map<string, ReceiptEntry>();
  const faults = createFaults('store');
  const find = (id: string | undefined): Incident | undefined => structuredClone(incidents.get(id ?? ''));
  const put = (incident: Incident): Incident => {
    incidents.set(incident.incidentId, Incident.parse(structuredClone(incident)));
    pointTo(incident, targetKey(incident.target), incident.sequence);
    return incident;
  };
  const pointTo = ({ incidentId }: Incident, key: string, sequence: number) => {
    newest.set(key, incidentId);
    sequences.set(key, sequence);
  };
  const sorted = () =>
    [...incidents.values()].toSorted((a, b) => b.openedAt - a.openedAt).map((one) => structuredClone(one));
  const latestOf = (key: string) => find(newest.get(key));
  return {
    faults,
    seed: (incident) => void put(incident),
    openOrGet: (target, make, entryOf) =>
      faults.around('openOrGet', () => {
        const latest = latestOf(targetKey(target));
        if (latest !== undefined && latest.phase !== 'closed') return { opened: false, incident: latest };
        const made = make((sequences.get(targetKey(target)) ?? 0) + 1);
        const entry = entryOf?.(made);
        if (entry === undefined) return { opened: true, incident: put(made) };
        receipts.set(`${entry.incidentId}/${entry.entryId}`, ReceiptEntry.parse(structuredClone(entry)));
        const timeline = addLine(emptyTimeline, lineOf(entry));
        return { opened: true, incident: put({ ...made, timeline }) };
      }),
    adopt: (target, incident) =>
      faults.around('adopt', () => {
        const key = targetKey(target);
        const latest = latestOf(key);
        if (latest !== undefined && latest.phase !== 'closed') return latest;
        pointTo(incident, key, (sequences.get(key) ?? 0) + 1);
        return find(incident.incidentId) ?? incident;
      }),
    getLatest: (target) => faults.around('getLatest', () => latestOf(targetKey(target))),
    get: (incidentId) => faults.around('get', () => find(incidentId)),
    update: (incidentId, change) =>
      faults.around('update', () => {
        const current = find(incidentId);
        const changed = current === undefined ? undefined : change(current);
        if (current === undefined || changed === undefined) return current;
        const next = { ...changed, version: current.version + 1 };
        incidents.set(incidentId, Incident.parse(structuredClone(next)));
        return next;
      }),
    listOpen: (limit) =>
      faults.around('listOpen', () =>
        sorted()
          .filter(({ phase }) => phase !== 'closed')
          .slice(0, limit),
      ),
    listUnreported: (limit) =>
      faults.around('listUnreported', () =>
        sorted()
          .filter(({ phase, reportedAt }) => phase === 'closed' && reportedAt === undefined)
          .slice(0, limit),
      ),
    listClosed: (limit, after) =>
      faults.around('listClosed', () => {
        const closed = sorted().filter(({ phase, reportedAt }) => phase === 'closed' && reportedAt !== undefined);
        const behind = closed.filter(({ openedAt }) => after === undefined || openedAt <= after.openedAt);
        const at = behind.findIndex(({ incidentId }) => incidentId === after?.incidentId);
        return behind.slice(at + 1, at + 1 + limit);
      }),
    listRecent: (limit) => faults.around('listRecent', () => sorted().slice(0, limit)),
    appendReceipt: (given, change) =>
      faults.around('appendReceipt', () => {
        const entries = [given].flat();
        for (const entry of entries) {
          const key = `${entry.incidentId}/${entry.entryId}`;
          if (!receipts.has(key)) receipts.set(key, ReceiptEntry.parse(structuredClone(entry)));
        }
        const current = find(entries[0]?.incidentId);
        if (current === undefined) return undefined;
        const changed = change?.(current) ?? current;
        const before = changed.timeline ?? emptyTimeline;
        const timeline = entries.map(lineOf).reduce(addLine, before);
        if (changed === current && timeline === before) return current;
        const next = { ...changed, timeline, version: current.version + 1 };
        incidents.set(next.incidentId, Incident.parse(structuredClone(next)));
        return next;
      }),
    readEntry: (incidentId, entryId) =>
      faults.around('readEntry', () => structuredClone(receipts.get(`${incidentId}/${entryId}`))),
    readReceipt: (incidentId) =>
      faults.around('readReceipt', () => {
        const kept = [...receipts.values()].filter((entry) => entry.incidentId === incidentId);
        return structuredClone(receiptFrom(incidentId, find(incidentId)?.timeline ?? emptyTimeline, kept));
      }),
  };
}
