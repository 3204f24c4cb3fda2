import { describe, expect, it } from 'vitest';
import type { NodeLabel } from '../../../core/safety/cluster.ts';
import { firstPlaces } from '../../../core/safety/look-place.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { alertFor, fleetUnderTest, sitesOf } from '../scenarios/fleet-under-test.ts';

/** A node with an alert, while the runs of other nodes hold every place among the first looks for a time. */
async function crowded(seconds: number) {
  const chain = createChainUnderTest(
    { BUSY_SECONDS: '120' },
    { fleet: healthyFleet(['paris', 'oslo']), sick: ['gpu-1'] },
  );
  const now = chain.clock.now();
  for (const place of firstPlaces) {
    const holder = { incidentId: `another.${place}`, run: 1 };
    const taken = { holder, expiresAt: now + seconds * 1_000, alone: 0, at: now };
    await chain.ports.safety.lookPlaces.change(`lab//${place}`, () => taken);
  }
  await chain.post(alertFor('gpu-1'));
  const secondsToLook = async () => {
    await chain.until(async () => chain.commands.sent.length > 0);
    return (chain.clock.now() - now) / 1_000;
  };
  return { ...chain, secondsToLook };
}

describe('a node whose alert comes in a storm of them', () => {
  it('is looked at when one of the first looks is over', async () => {
    const { secondsToLook } = await crowded(40);
    const seconds = await secondsToLook();
    expect(seconds).toBeGreaterThanOrEqual(40);
    expect(seconds).toBeLessThan(60);
  });

  it('comes again soon: the first looks may be over after a few seconds', async () => {
    const { secondsToLook } = await crowded(3);
    expect(await secondsToLook()).toBeLessThan(6);
  });

  it('is looked at all the same after the time for which a run waits', async () => {
    const { secondsToLook, untilAllClosed, incidents } = await crowded(100_000);
    expect(await secondsToLook()).toBeGreaterThanOrEqual(120);
    await untilAllClosed();
    expect((await incidents()).map(({ outcome }) => outcome)).toEqual(['repaired']);
  });
});

describe('a storm of 40 alerts', () => {
  /** Nodes that were looked at for an incident of their own. */
  const lookedAt = ({ commands }: ReturnType<typeof fleetUnderTest>) =>
    new Set(commands.sent.flatMap(({ operationKey }) => /^lab\.(gpu-\d+)\./.exec(operationKey)?.[1] ?? []));

  it('looks at four nodes where their hub is at fault, and holds the others', async () => {
    const work = fleetUnderTest(sitesOf(40), ['hub-1']);
    const listings: (NodeLabel | undefined)[] = [];
    const { listNodes } = work.ports.cluster;
    work.ports.cluster.listNodes = (label) => {
      listings.push(label);
      return listNodes(label);
    };
    await work.post(...work.fleet.spokes.map(alertFor));
    const areHeld = async () => (await work.incidents()).filter(({ phase }) => phase === 'held').length === 40;
    await work.until(areHeld);
    expect(lookedAt(work).size).toBe(firstPlaces.length);
    // The nodes do not say which hub is theirs: those that are held have asked for the hubs alone.
    expect(listings.filter((label) => label === undefined).length).toBeLessThanOrEqual(2 * firstPlaces.length);
  });

  it('soon looks at more at once where they show nothing in common', async () => {
    const work = fleetUnderTest(sitesOf(40), [], { BREAKER_MIN_NODES: '1000' });
    await work.post(...work.fleet.spokes.map(alertFor));
    const counts: number[] = [];
    await work.until(async () => {
      counts.push(lookedAt(work).size);
      return lookedAt(work).size === 40;
    }, 120);
    expect(counts[0]).toBe(firstPlaces.length);
    expect(Math.max(...counts.map((count, index) => count - (counts[index - 1] ?? 0)))).toBeGreaterThan(8);
  });
});
