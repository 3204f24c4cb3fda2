import * as z from 'zod';
import { type Target, targetKey } from '../../core/alert/target.ts';
import { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import { addLine, emptyTimeline, lineOf, receiptFrom } from '../../core/incident/timeline.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';
import { fromReceiptItem, toReceiptItem } from './receipt-item.ts';

/** Points to the newest incident of a target. It contains the record's first version, so a crash before the record is written loses nothing. */
const Pointer = z.object({ version: z.int(), sequence: z.int(), first: Incident });

/**
 * Incidents in the single table. Opening writes the pointer first and the record second. Closing writes only the record:
 * a pointer to a closed record counts as free. After a crash between the two writes, the next caller completes them.
 */
export function createIncidentStore(table: Table): IncidentStore {
  const read = async (incidentId: string) => {
    const item = await table.get(recordKey(incidentId));
    return item === undefined ? undefined : parseItem(Incident, item);
  };
  const readPointer = async (target: Target) => {
    const item = await table.get(pointerKey(target));
    return item === undefined ? undefined : parseItem(Pointer, item);
  };
  /** The record of a pointer. Writes it if a crash came between the two writes. */
  const recordOf = async (pointer: z.infer<typeof Pointer>): Promise<Incident> => {
    const { first } = pointer;
    const stored = await read(first.incidentId);
    if (stored !== undefined) return stored;
    await table.put(recordKey(first.incidentId), toItem(first), { type: 'free' });
    return (await read(first.incidentId)) ?? first;
  };
  const openOrGet: IncidentStore['openOrGet'] = (target, make) =>
    untilWon<{ opened: boolean; incident: Incident }>(async () => {
      const pointer = await readPointer(target);
      if (pointer !== undefined) {
        const incident = await recordOf(pointer);
        if (incident.phase !== 'closed') return { won: { opened: false, incident } };
      }
      const sequence = (pointer?.sequence ?? 0) + 1;
      const first = make(sequence);
      const won = await table.put(
        pointerKey(target),
        { version: sequence, sequence, first },
        pointer === undefined ? { type: 'free' } : { type: 'version', version: pointer.version },
      );
      if (!won) return 'lost';
      await table.put(recordKey(first.incidentId), toItem(first), { type: 'free' });
      return { won: { opened: true, incident: (await read(first.incidentId)) ?? first } };
    });
  const update: IncidentStore['update'] = (incidentId, change) =>
    untilWon(async () => {
      const current = await read(incidentId);
      const changed = current === undefined ? undefined : change(current);
      if (current === undefined || changed === undefined) return { won: current };
      const next = { ...changed, version: current.version + 1 };
      const won = await table.put(recordKey(incidentId), toItem(next), { type: 'version', version: current.version });
      return won ? { won: next } : 'lost';
    });
  return {
    openOrGet,
    // The record exists, so only the pointer is written.
    adopt: async (target, incident) => (await openOrGet(target, () => incident)).incident,
    getLatest: async (target) => {
      const pointer = await readPointer(target);
      return pointer === undefined ? undefined : recordOf(pointer);
    },
    get: read,
    update,
    listOpen: async (limit) => (await table.list('incidents#open', limit)).map((item) => parseItem(Incident, item)),
    listUnreported: async (limit) =>
      (await table.list('incidents#unreported', limit)).map((item) => parseItem(Incident, item)),
    listClosed: async (limit, after) => {
      const key = after && { ...recordKey(after.incidentId), at: after.openedAt };
      return (await table.list('incidents#closed', limit, key)).map((item) => parseItem(Incident, item));
    },
    listRecent: async (limit) => {
      const items: Item[] = [];
      for (const listing of listings) items.push(...(await table.list(listing, limit)));
      const all = items.map((item) => parseItem(Incident, item));
      return all.toSorted((a, b) => b.openedAt - a.openedAt).slice(0, limit);
    },
    appendReceipt: async (entry, change) => {
      const { incidentId, entryId } = entry;
      const line = lineOf(entry);
      if (line.more) await table.put(receiptKey(incidentId, entryId), toReceiptItem(entry), { type: 'free' });
      await update(incidentId, (current) => {
        const changed = change?.(current) ?? current;
        const before = changed.timeline ?? emptyTimeline;
        const timeline = addLine(before, line);
        return changed === current && timeline === before ? undefined : { ...changed, timeline };
      });
    },
    readEntry: async (incidentId, entryId) => {
      const item = await table.get(receiptKey(incidentId, entryId));
      return item === undefined ? undefined : fromReceiptItem(item);
    },
    readReceipt: async (incidentId) => {
      const items = await table.query(incidentPk(incidentId), 'RECEIPT#');
      const incident = await read(incidentId);
      return receiptFrom(incidentId, incident?.timeline ?? emptyTimeline, items.map(fromReceiptItem));
    },
  };
}

function incidentPk(incidentId: string): string {
  return `INCIDENT#${incidentId}`;
}

function recordKey(incidentId: string): Key {
  return { pk: incidentPk(incidentId), sk: 'RECORD' };
}

function receiptKey(incidentId: string, entryId: string): Key {
  return { pk: incidentPk(incidentId), sk: `RECEIPT#${entryId}` };
}

function pointerKey(target: Target): Key {
  return { pk: `TARGET#${targetKey(target)}`, sk: 'OPEN' };
}

const listings = ['incidents#open', 'incidents#unreported', 'incidents#closed'] as const;

function toItem(incident: Incident): Item {
  return { ...incident, list: listingOf(incident), at: incident.openedAt };
}

function listingOf({ phase, reportedAt }: Incident): (typeof listings)[number] {
  if (phase !== 'closed') return 'incidents#open';
  return reportedAt === undefined ? 'incidents#unreported' : 'incidents#closed';
}
