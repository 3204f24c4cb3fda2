import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import type { IncidentStore } from '../../../core/incident/incident-store.ts';
import { incidentOf, receiptOf } from '../../fakes/sample-records.ts';

const target = { cluster: 'lab-1', node: 'gpu-1' };
const neighbour = { cluster: 'lab-1', node: 'gpu-2' };

export const make =
  (of = target, parts: Partial<Incident> = {}) =>
  (sequence: number) =>
    incidentOf({ target: of, sequence, incidentId: `${of.cluster}.${of.node}.${sequence}`, ...parts });

export const close = (incident: Incident): Incident => ({
  ...incident,
  phase: 'closed',
  outcome: 'repaired',
  closedAt: 9,
  pending: null,
});

/** What every store of incidents promises; `newStore` gives an empty one. */
export function describeIncidentStore(newStore: () => Promise<IncidentStore>): void {
  describe('opening an incident', () => {
    it('gives one incident to twenty callers at once, and tells exactly one that it opened it', async () => {
      const store = await newStore();
      const results = await Promise.all(Array.from({ length: 20 }, () => store.openOrGet(target, make())));
      expect(new Set(results.map(({ incident }) => incident.incidentId))).toEqual(new Set(['lab-1.gpu-1.1']));
      expect(results.filter(({ opened }) => opened)).toHaveLength(1);
      expect(await store.listOpen()).toHaveLength(1);
    });

    it('gives the open one as it is now', async () => {
      const store = await newStore();
      await store.openOrGet(target, make());
      await store.update('lab-1.gpu-1.1', (current) => ({ ...current, phase: 'repairing' }));
      expect(await store.openOrGet(target, make())).toMatchObject({ opened: false, incident: { phase: 'repairing' } });
    });

    it('counts the incidents of a target, and of each target by itself', async () => {
      const store = await newStore();
      for (const sequence of [1, 2, 3]) {
        const { opened, incident } = await store.openOrGet(target, make());
        expect({ opened, sequence: incident.sequence }).toEqual({ opened: true, sequence });
        await store.update(incident.incidentId, close);
      }
      expect(await store.openOrGet(neighbour, make(neighbour))).toMatchObject({ incident: { sequence: 1 } });
    });

    it('of an address is that of its node too, once a run has found the node', async () => {
      const store = await newStore();
      const address = { cluster: 'lab-1', node: '10.0.3.7' };
      for (const _ of [1, 2]) {
        const { incident } = await store.openOrGet(target, make());
        await store.update(incident.incidentId, close);
      }
      const { incident } = await store.openOrGet(address, make(address));
      for (const _ of ['once', 'and again after a crash'])
        expect((await store.adopt(target, incident)).incidentId).toBe('lab-1.10.0.3.7.1');
      for (const either of [target, address])
        expect(await store.openOrGet(either, make(either))).toMatchObject({ opened: false, incident });
      await store.update(incident.incidentId, close);
      expect(await store.openOrGet(target, make())).toMatchObject({ incident: { incidentId: 'lab-1.gpu-1.4' } });
    });

    it('of an address gives way to the open one of its node', async () => {
      const store = await newStore();
      const address = { cluster: 'lab-1', node: '10.0.3.7' };
      const { incident } = await store.openOrGet(address, make(address));
      const { incident: first } = await store.openOrGet(target, make());
      expect(await store.adopt(target, incident)).toEqual(first);
      expect(await store.getLatest(target)).toEqual(first);
    });

    it('happens once when twenty callers find the last one closed', async () => {
      const store = await newStore();
      await store.openOrGet(target, make());
      await store.update('lab-1.gpu-1.1', close);
      const results = await Promise.all(Array.from({ length: 20 }, () => store.openOrGet(target, make())));
      expect(new Set(results.map(({ incident }) => incident.incidentId))).toEqual(new Set(['lab-1.gpu-1.2']));
      expect(results.filter(({ opened }) => opened)).toHaveLength(1);
    });
  });

  describe('finding an incident', () => {
    it('returns the newest of a target, open or closed', async () => {
      const store = await newStore();
      expect(await store.getLatest(target)).toBeUndefined();
      const { incident } = await store.openOrGet(target, make());
      expect(await store.getLatest(target)).toEqual(incident);
      const closed = await store.update(incident.incidentId, close);
      expect(await store.getLatest(target)).toEqual(closed);
    });

    it('knows nothing of an id that was never given', async () => {
      const store = await newStore();
      expect(await store.get('lab-1.gpu-1.1')).toBeUndefined();
      expect(await store.update('lab-1.gpu-1.1', close)).toBeUndefined();
    });

    it('lists what is open, and what was recent, newest first', async () => {
      const store = await newStore();
      const nodes = ['gpu-1', 'gpu-2', 'gpu-3'].map((node) => ({ cluster: 'lab-1', node }));
      for (const [index, one] of nodes.entries()) await store.openOrGet(one, make(one, { openedAt: 1_000 + index }));
      await store.update('lab-1.gpu-2.1', close);
      expect((await store.listOpen()).map(({ incidentId }) => incidentId).toSorted()).toEqual([
        'lab-1.gpu-1.1',
        'lab-1.gpu-3.1',
      ]);
      expect((await store.listRecent(2)).map(({ incidentId }) => incidentId)).toEqual([
        'lab-1.gpu-3.1',
        'lab-1.gpu-2.1',
      ]);
    });
  });

  describe('an incident that was closed', () => {
    it('is listed until its figures were written, and stays among the recent ones', async () => {
      const store = await newStore();
      for (const one of [target, neighbour]) await store.openOrGet(one, make(one));
      expect(await store.listUnreported(10)).toEqual([]);
      const closed = await store.update('lab-1.gpu-1.1', close);
      expect(await store.listUnreported(10)).toEqual([closed]);
      expect(await store.listRecent(10)).toHaveLength(2);
      await store.update('lab-1.gpu-1.1', (current) => ({ ...current, reportedAt: 10 }));
      expect(await store.listUnreported(10)).toEqual([]);
      expect(await store.listRecent(10)).toHaveLength(2);
    });

    it('is in one part of the list, however many were opened in the same millisecond', async () => {
      const store = await newStore();
      const names = Array.from({ length: 7 }, (_, index) => `gpu-${index + 1}`);
      for (const [index, node] of names.entries()) {
        const one = { cluster: 'lab-1', node };
        const { incident } = await store.openOrGet(one, make(one, { openedAt: index < 2 ? 1_000 : 2_000 }));
        await store.update(incident.incidentId, close);
        await store.update(incident.incidentId, (current) => ({ ...current, reportedAt: 10 }));
      }
      await store.openOrGet(target, make(target, { openedAt: 3_000 }));
      const parts: Incident[][] = [];
      for (let after: Incident | undefined; parts.at(-1)?.length !== 0; after = parts.at(-1)?.at(-1))
        parts.push([...(await store.listClosed(3, after))]);
      expect(parts.map(({ length }) => length)).toEqual([3, 3, 1, 0]);
      const all = parts.flat();
      expect(new Set(all.map(({ incidentId }) => incidentId)).size).toBe(7);
      expect(all.map(({ openedAt }) => openedAt)).toEqual([2_000, 2_000, 2_000, 2_000, 2_000, 1_000, 1_000]);
    });
  });

  describe('changing an incident', () => {
    it('loses no change of twenty at once', async () => {
      const store = await newStore();
      const { incident } = await store.openOrGet(target, make());
      const count = (current: Incident) => ({ ...current, run: current.run + 1 });
      await Promise.all(Array.from({ length: 20 }, () => store.update(incident.incidentId, count)));
      expect(await store.get(incident.incidentId)).toMatchObject({ run: 21, version: 21 });
    });

    it('leaves it alone when there is nothing to change', async () => {
      const store = await newStore();
      const { incident } = await store.openOrGet(target, make());
      expect(await store.update(incident.incidentId, () => undefined)).toEqual(incident);
      expect(await store.get(incident.incidentId)).toEqual(incident);
    });

    it('returns what is stored', async () => {
      const store = await newStore();
      const { incident } = await store.openOrGet(target, make());
      const updated = await store.update(incident.incidentId, (current) => ({ ...current, claimed: true }));
      expect(updated).toMatchObject({ claimed: true, version: 2 });
      expect(await store.get(incident.incidentId)).toEqual(updated);
    });
  });

  describe('a receipt', () => {
    const other = { cluster: 'lab-1', node: 'gpu-11' };
    const opened = async () => {
      const store = await newStore();
      await store.openOrGet(target, make());
      return store;
    };

    it('is read in the order of time, without the entries of others', async () => {
      const store = await opened();
      await store.openOrGet(other, make(other));
      await store.appendReceipt(receiptOf({ entryId: 'z', at: 1 }));
      await store.appendReceipt(receiptOf({ entryId: 'a', at: 3, detail: { lines: ['x', null, 1.5], empty: '' } }));
      await store.appendReceipt(receiptOf({ entryId: 'm', at: 2 }));
      await store.appendReceipt(receiptOf({ incidentId: 'lab-1.gpu-11.1', entryId: 'b', at: 2 }));
      const entries = await store.readReceipt('lab-1.gpu-1.1');
      expect(entries.map(({ entryId }) => entryId)).toEqual(['z', 'm', 'a']);
      expect(entries.at(-1)?.detail).toEqual({ lines: ['x', null, 1.5], empty: '' });
    });

    it.each([[null], [{ some: 'detail' }]])(
      'keeps the first entry when one is written again, detail %j',
      async (detail) => {
        const store = await opened();
        await store.appendReceipt(receiptOf({ summary: 'first', detail }));
        await store.appendReceipt(receiptOf({ summary: 'second', detail }));
        expect(await store.readReceipt('lab-1.gpu-1.1')).toMatchObject([{ summary: 'first' }]);
        expect((await store.get('lab-1.gpu-1.1'))?.timeline?.lines).toMatchObject([{ summary: 'first' }]);
      },
    );

    it('grows the timeline and changes the incident in one write', async () => {
      const store = await opened();
      await store.appendReceipt(receiptOf({ summary: 'why' }), (incident) => ({ ...incident, phase: 'repairing' }));
      const incident = await store.get('lab-1.gpu-1.1');
      expect(incident).toMatchObject({ version: 2, phase: 'repairing', timeline: { lines: [{ summary: 'why' }] } });
    });

    it('takes several entries at once, and says what is stored then', async () => {
      const store = await opened();
      const entries = [receiptOf({ entryId: 'why', detail: { lines: ['x'] } }), receiptOf({ entryId: 'what' })];
      const stored = await store.appendReceipt(entries, (incident) => ({ ...incident, phase: 'repairing' }));
      expect(stored).toMatchObject({ version: 2, phase: 'repairing' });
      expect(stored).toEqual(await store.get('lab-1.gpu-1.1'));
      expect(await store.readReceipt('lab-1.gpu-1.1')).toEqual(entries);
      expect(await store.readEntry('lab-1.gpu-1.1', 'why')).toEqual(entries[0]);
    });

    it('is of no use without an incident, and says so', async () => {
      const store = await newStore();
      expect(await store.appendReceipt(receiptOf(), (incident) => ({ ...incident, claimed: true }))).toBeUndefined();
    });

    it('keeps the detail of every entry of many, however long the incident lasts', async () => {
      const store = await opened();
      const entries = Array.from({ length: 80 }, (_, index) =>
        receiptOf({ entryId: `e${String(index).padStart(2, '0')}`, at: index, detail: { number: index } }),
      );
      for (const entry of entries) await store.appendReceipt(entry);
      expect(await store.readReceipt('lab-1.gpu-1.1')).toEqual(entries);
      expect((await store.get('lab-1.gpu-1.1'))?.timeline).toMatchObject({ leftOut: 30 });
    });

    it('begins with the entry about the opening', async () => {
      const store = await newStore();
      const entry = receiptOf({ entryId: 'd.first', event: 'opened', detail: { startsAt: 1 } });
      const { incident } = await store.openOrGet(target, make(), () => entry);
      expect(incident.timeline?.lines).toMatchObject([{ entryId: 'd.first', more: true }]);
      expect(await store.readReceipt(incident.incidentId)).toEqual([entry]);
      expect((await store.openOrGet(target, make(), () => entry)).incident).toEqual(incident);
    });

    it('loses no line of twenty at once', async () => {
      const store = await opened();
      const entryIds = Array.from({ length: 20 }, (_, index) => `e${index}`);
      await Promise.all(entryIds.map((entryId) => store.appendReceipt(receiptOf({ entryId }))));
      const lines = (await store.get('lab-1.gpu-1.1'))?.timeline?.lines ?? [];
      expect(lines.map(({ entryId }) => entryId).toSorted()).toEqual(entryIds.toSorted());
    });

    it('has each detail apart from the timeline, which says where there is more', async () => {
      const store = await opened();
      const entry = receiptOf({ entryId: 'look', detail: { evidence: 'e'.repeat(5_000) } });
      await store.appendReceipt(entry);
      await store.appendReceipt(receiptOf({ entryId: 'short', detail: null }));
      const { timeline } = (await store.get('lab-1.gpu-1.1')) ?? {};
      expect(timeline?.lines).toMatchObject([
        { entryId: 'look', more: true },
        { entryId: 'short', more: false },
      ]);
      expect(JSON.stringify(timeline).length).toBeLessThan(1_000);
      expect(await store.readEntry('lab-1.gpu-1.1', 'look')).toEqual(entry);
      expect(await store.readEntry('lab-1.gpu-1.1', 'never')).toBeUndefined();
    });
  });
}
