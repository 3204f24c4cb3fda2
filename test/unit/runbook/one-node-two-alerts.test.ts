import { describe, expect, it } from 'vitest';
import type { WorkItem } from '../../../core/alert/work-item.ts';
import { incidentIdFor } from '../../../core/incident/incident-id.ts';
import { addressEntries } from '../../../core/incident/node-directory.ts';
import { dispatch } from '../../../functions/dispatch/dispatch.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { incidentOf, workItemOf } from '../../fakes/sample-records.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

/** gpu-1 of the cluster in memory. */
const ADDRESS = '10.200.0.11';
const BY_ADDRESS = idOf(ADDRESS);
const byAddress = alertFor(ADDRESS, 'by-address');
const byName = alertFor('gpu-1', 'by-name');

function idOf(node: string): string {
  return incidentIdFor({ cluster: 'lab', node }, 1, createFakeClock().now());
}

function alertFor(node: string, fingerprint: string): WorkItem {
  return workItemOf({ target: { cluster: 'lab', node }, fingerprint });
}

/** The incident of gpu-1 is there from the start; `closedBefore`: as an old one. */
function setUp({ closedBefore = false, known = false } = {}) {
  const work = createIncidentUnderTest();
  if (closedBefore) {
    const target = { cluster: 'lab', node: 'gpu-1' };
    work.store.seed(
      incidentOf({ target, incidentId: 'lab.gpu-1.1', phase: 'closed', outcome: 'repaired', closedAt: 1 }),
    );
  }
  const directory = createInMemoryNodeDirectory();
  const ports = { ...work, directory };
  return {
    ...work,
    send: async (item: WorkItem) => {
      if (known) await directory.keep('lab', addressEntries(await work.cluster.listNodes()), work.clock());
      return dispatch(item, ports);
    },
    all: () => work.store.listRecent(10),
    fingerprints: async (id: string) => (await work.store.get(id))?.alerts.map(({ fingerprint }) => fingerprint),
  };
}

describe('two alerts for one node, by name and by address', () => {
  it('are one incident where the directory knows the address', async () => {
    const { send, all, start, untilClosed, fingerprints } = setUp({ known: true });
    await start();
    expect([await send(byName), await send(byAddress)]).toEqual(['attached', 'attached']);
    expect((await untilClosed()).outcome).toBe('repaired');
    expect(await all()).toHaveLength(1);
    expect(await fingerprints('lab.gpu-1.1')).toEqual(['by-name', 'by-address']);
  });

  it('become one where it does not: the second joins the first, and nobody is paged', async () => {
    const { send, start, store, workUntil, untilClosed, fingerprints } = setUp();
    expect(await send(byName)).toBe('attached');
    expect(await send(byAddress)).toBe('opened');
    await start();
    expect((await untilClosed()).outcome).toBe('repaired');
    await workUntil(() => true);
    expect(await store.get(BY_ADDRESS)).toMatchObject({
      phase: 'closed',
      outcome: 'duplicate',
      duplicateOf: 'lab.gpu-1.1',
    });
    expect(await fingerprints('lab.gpu-1.1')).toEqual(['by-name', 'by-address']);
    const events = [...(await store.readReceipt('lab.gpu-1.1')), ...(await store.readReceipt(BY_ADDRESS))];
    expect(events.map(({ event }) => event)).not.toContain('handed-over');
    expect((await store.readReceipt(BY_ADDRESS)).at(-1)?.summary).toBe(
      'closed: duplicate, 10.200.0.11 is gpu-1, which lab.gpu-1.1 works on',
    );
  });

  it('reach the incident that has them, also after the duplicate was closed', async () => {
    const { send, start, store, untilAsked, commands } = setUp();
    commands.heals = [];
    await send(byAddress);
    await start();
    await untilAsked();
    expect(await store.get(BY_ADDRESS)).toMatchObject({ outcome: 'duplicate' });
    expect(await send({ ...byAddress, status: 'resolved' })).toBe('attached');
    expect((await store.get('lab.gpu-1.1'))?.alerts).toMatchObject([{ fingerprint: 'by-address', status: 'resolved' }]);
  });
});

describe('an alert by address alone', () => {
  it('is worked as the incident of its node, which an alert by name then joins', async () => {
    const { send, store, engine, fingerprints } = setUp({ closedBefore: true });
    expect(await send(byAddress)).toBe('opened');
    await engine.idle();
    expect((await store.get(BY_ADDRESS))?.target.node).toBe('gpu-1');
    expect(await send(byName)).toBe('attached');
    expect(await fingerprints(BY_ADDRESS)).toEqual(['by-address', 'by-name']);
  });

  it('is handed over when no Node has the address', async () => {
    const { send, store, engine } = setUp({ closedBefore: true });
    await send(alertFor('10.99.0.1', 'stray'));
    await engine.idle();
    expect(await store.get(idOf('10.99.0.1'))).toMatchObject({ phase: 'handed-over', target: { node: '10.99.0.1' } });
  });
});
