import { describe, expect, it } from 'vitest';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const PLACES = 32;
const alert = rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node: 'gpu-1' } });

/** A node with an alert, while the runs of other nodes hold every place among the first looks for a time. */
async function crowded(seconds: number) {
  const chain = createChainUnderTest(
    { BUSY_SECONDS: '120' },
    { fleet: healthyFleet(['paris', 'oslo']), sick: ['gpu-1'] },
  );
  const now = chain.clock.now();
  for (let place = 0; place < PLACES; place++) {
    const target = { cluster: 'lab', node: `first-look/${place}` };
    await chain.ports.locks.acquire(target, { incidentId: `another.${place}`, run: 1 }, now, now + seconds * 1_000);
  }
  await chain.post(alert);
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

  it('is looked at all the same after the time for which a run waits', async () => {
    const { secondsToLook, untilAllClosed, incidents } = await crowded(100_000);
    expect(await secondsToLook()).toBeGreaterThanOrEqual(120);
    await untilAllClosed();
    expect((await incidents()).map(({ outcome }) => outcome)).toEqual(['repaired']);
  });
});
