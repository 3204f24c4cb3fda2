import { expect, it } from 'vitest';
import { countHeld } from '../../../functions/sweep/count-held.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

const hub = { cluster: 'lab-1', node: 'hub-1' };

function storm(nodes: number) {
  const store = createInMemoryIncidentStore();
  store.seed(incidentOf({ incidentId: 'of-hub', target: hub }));
  const held = Array.from({ length: nodes }, (_, index) => `of-gpu-${index}`);
  for (const incidentId of held) {
    const target = { cluster: 'lab-1', node: incidentId };
    store.seed(incidentOf({ incidentId, target, phase: 'held', heldBy: hub }));
  }
  const counted = async () => (await store.get('of-hub'))?.holds;
  return { store, held, counted };
}

it('writes with the incident of a hub how many it holds, once for each change', async () => {
  const { store, held, counted } = storm(30);
  expect(await countHeld({ store })).toBe(1);
  expect(await counted()).toBe(30);
  expect(await countHeld({ store })).toBe(0);
  await store.update(held[0] ?? '', ({ heldBy: _, ...incident }) => ({ ...incident, phase: 'diagnosing' }));
  expect(await countHeld({ store })).toBe(1);
  expect(await counted()).toBe(29);
});

it('leaves the last count with an incident that is closed', async () => {
  const { store, held, counted } = storm(2);
  await countHeld({ store });
  await store.update('of-hub', (incident) => ({ ...incident, phase: 'closed', outcome: 'repaired' }));
  for (const incidentId of held)
    await store.update(incidentId, ({ heldBy: _, ...incident }) => ({ ...incident, phase: 'diagnosing' }));
  expect(await countHeld({ store })).toBe(0);
  expect(await counted()).toBe(2);
});

it('counts nothing for the node of that name in another cluster', async () => {
  const { store } = storm(2);
  store.seed(incidentOf({ incidentId: 'of-other-hub', target: { cluster: 'lab-2', node: 'hub-1' } }));
  await countHeld({ store });
  expect((await store.get('of-other-hub'))?.holds).toBeUndefined();
});
