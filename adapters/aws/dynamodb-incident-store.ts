import * as z from 'zod';
import { type Target, targetKey } from '../../core/alert/target.ts';
import { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { addLine, emptyTimeline, lineOf, receiptFrom } from '../../core/incident/timeline.ts';
import { changeItem, untilWon } from './change-item.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { nextVersion, parseItem } from './parse-item.ts';
import {
  entriesIn,
  fromPackedEntries,
  fromReceiptItem,
  type PackedEntries,
  toReceiptItem,
  withSmallEntries,
} from './receipt-item.ts';

/**
 * Points to the newest incident of a target. It contains the record's first version, with what its receipt begins with, so a crash
 * before the record is written loses nothing.
 */
const Pointer = z.object({ version: z.int(), sequence: z.int(), first: Incident });

interface PointerItem extends z.infer<typeof Pointer> {
  readonly entries: PackedEntries;
}

/** An incident as it is stored, with the small entries of its receipt. */
interface Kept {
  readonly incident: Incident;
  readonly entries: PackedEntries;
}

/**
 * Incidents in the single table. Opening writes the pointer first and the record second. Closing writes only the record:
 * a pointer to a closed record counts as free. After a crash between the two writes, the next caller completes them. `receiptDays`: so long
 * the details of receipts are kept.
 */
export function createIncidentStore(table: Table, receiptDays?: number): IncidentStore {
  const read = async (incidentId: string) => {
    const item = await table.get(recordKey(incidentId));
    return item === undefined ? undefined : parseItem(Incident, item);
  };
  const readPointer = async (target: Target) => pointerIn(await table.get(pointerKey(target)));
  const create = (kept: Kept) => table.put(recordKey(kept.incident.incidentId), toItem(kept), { type: 'free' });
  /** The record of a pointer. Writes it if a crash came between the two writes. */
  const recordOf = async ({ first, entries }: PointerItem): Promise<Incident> => {
    const stored = await read(first.incidentId);
    if (stored !== undefined) return stored;
    await create({ incident: first, entries });
    return (await read(first.incidentId)) ?? first;
  };
  /** Opens an incident in the place of this pointer, whose incident is closed. Undefined: somebody else was first. */
  const open = async (target: Target, make: MakeIncident, pointer: PointerItem | undefined) => {
    const sequence = (pointer?.sequence ?? 0) + 1;
    const kept = withEntries({ incident: make.incident(sequence), entries: {} }, make.entry);
    const { incident: first, entries } = kept;
    const won = await table.put(
      pointerKey(target),
      { version: sequence, sequence, first, ...(Object.keys(entries).length === 0 ? {} : { entries }) },
      pointer === undefined ? { type: 'free' } : { type: 'version', version: pointer.version },
    );
    if (!won) return undefined;
    const incident = (await create(kept)) ? first : ((await read(first.incidentId)) ?? first);
    return { opened: true, incident };
  };
  const openOrGet = async (target: Target, make: MakeIncident) => {
    const free = knownFree(table, target);
    const opened = free && (await open(target, make, free.pointer));
    if (opened !== undefined) return opened;
    return untilWon<{ opened: boolean; incident: Incident }>(async () => {
      const pointer = await readPointer(target);
      if (pointer !== undefined) {
        const incident = await recordOf(pointer);
        if (incident.phase !== 'closed') return { won: { opened: false, incident } };
      }
      const won = await open(target, make, pointer);
      return won === undefined ? 'lost' : { won };
    });
  };
  const change = (incidentId: string, changeKept: (current: Kept) => Kept | undefined) =>
    changeItem<Incident | undefined>(table, recordKey(incidentId), (item) => {
      const current = item && { incident: parseItem(Incident, item), entries: entriesIn(item) };
      const changed = current && changeKept(current);
      if (changed === undefined) return { type: 'leave', result: current?.incident };
      const next = { ...changed.incident, version: nextVersion(item) };
      return { type: 'put', item: toItem({ ...changed, incident: next }), result: next };
    });
  return {
    openOrGet: (target, incident, entry) => openOrGet(target, { incident, entry }),
    // The record exists, so only the pointer is written.
    adopt: async (target, incident) =>
      (await openOrGet(target, { incident: () => incident, entry: undefined })).incident,
    getLatest: async (target) => {
      const pointer = await readPointer(target);
      return pointer === undefined ? undefined : recordOf(pointer);
    },
    get: read,
    update: (incidentId, changeIncident) =>
      change(incidentId, ({ incident, entries }) => {
        const changed = changeIncident(incident);
        return changed && { incident: changed, entries };
      }),
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
    appendReceipt: async (given, changeIncident) => {
      const entries = [given].flat();
      const [{ incidentId } = { incidentId: '' }] = entries;
      const key = recordKey(incidentId);
      const { item } = table.recall(key) ?? { item: await table.get(key) };
      const withMore = entries.filter((entry) => lineOf(entry).more);
      const small = item === undefined ? {} : withSmallEntries(entriesIn(item), withMore);
      await Promise.all(
        withMore
          .filter(({ entryId }) => small[entryId] === undefined)
          .map((entry) =>
            table.put(receiptKey(incidentId, entry.entryId), toReceiptItem(entry, receiptDays), { type: 'free' }),
          ),
      );
      return change(incidentId, (current) => {
        const incident = changeIncident?.(current.incident) ?? current.incident;
        const before = incident.timeline ?? emptyTimeline;
        const timeline = entries.map(lineOf).reduce(addLine, before);
        if (incident === current.incident && timeline === before) return undefined;
        const added = withMore.filter(({ entryId }) => small[entryId] !== undefined);
        return { incident: { ...incident, timeline }, entries: withSmallEntries(current.entries, added) };
      });
    },
    readEntry: async (incidentId, entryId) => {
      const [item, record] = await Promise.all([
        table.get(receiptKey(incidentId, entryId)),
        table.get(recordKey(incidentId)),
      ]);
      if (item !== undefined) return fromReceiptItem(item);
      const { [entryId]: packed } = entriesIn(record);
      return record && packed && fromPackedEntries({ [entryId]: packed }, record)[0];
    },
    readReceipt: async (incidentId) => {
      const [items, record = {}] = await Promise.all([
        table.query(incidentPk(incidentId), 'RECEIPT#'),
        table.get(recordKey(incidentId)),
      ]);
      const apart = items.map(fromReceiptItem);
      const inRecord = fromPackedEntries(entriesIn(record), record).filter(
        ({ entryId }) => !apart.some((entry) => entry.entryId === entryId),
      );
      const { timeline = emptyTimeline } = Incident.partial().parse(record);
      return receiptFrom(incidentId, timeline, [...apart, ...inRecord]);
    },
  };
}

/** What is opened, and the entry with which its receipt begins. */
interface MakeIncident {
  readonly incident: (sequence: number) => Incident;
  readonly entry: ((incident: Incident) => ReceiptEntry) | undefined;
}

/** The first entry with its line, where it is small enough to be written with the incident. */
function withEntries(kept: Kept, entryOf: MakeIncident['entry']): Kept {
  const entry = entryOf?.(kept.incident);
  if (entry === undefined) return kept;
  const entries = withSmallEntries({}, [entry]);
  if (entries[entry.entryId] === undefined) return kept;
  return { incident: { ...kept.incident, timeline: addLine(emptyTimeline, lineOf(entry)) }, entries };
}

function pointerIn(item: Item | undefined): PointerItem | undefined {
  return item && { ...parseItem(Pointer, item), entries: entriesIn(item) };
}

/** What the process knows of a target without an open incident: a closed one is never opened again. Undefined: it knows of none. */
function knownFree(table: Table, target: Target): { readonly pointer: PointerItem | undefined } | undefined {
  const known = table.recall(pointerKey(target));
  const pointer = pointerIn(known?.item);
  if (pointer === undefined) return known && { pointer };
  const record = table.recall(recordKey(pointer.first.incidentId))?.item;
  return record !== undefined && parseItem(Incident, record).phase === 'closed' ? { pointer } : undefined;
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

function toItem({ incident, entries }: Kept): Item {
  const packed = Object.keys(entries).length === 0 ? {} : { entries };
  return { ...incident, ...packed, list: listingOf(incident), at: incident.openedAt };
}

function listingOf({ phase, reportedAt }: Incident): (typeof listings)[number] {
  if (phase !== 'closed') return 'incidents#open';
  return reportedAt === undefined ? 'incidents#unreported' : 'incidents#closed';
}
