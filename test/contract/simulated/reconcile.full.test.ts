import { describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import { reconcile } from './reconcile-fleet.ts';
import { simulatedFleet } from './simulated-fleet.ts';

/** Drift of tables, which putting the entries back heals, beside what `fleet.test.ts` plays. */
const reconcilable = [
  ...['neighbour-wrong-mac', 'pod-routes-missing', 'fdb-wrong-destination', 'link-bounced', 'peer-fdb-stale'],
  'vxlan-recreated-empty',
];

describe('the simulated fleet', () => {
  const fleet = simulatedFleet();

  it.each(reconcilable)('is broken by %s, and the reconcile on the host at fault heals it', async (fault) => {
    await fleet().inject(fault);
    const check = await checkFleet(fleet());
    expect(check.broken.some((path) => path.includes('gpu-1'))).toBe(true);
    expect((await reconcile(fleet())).map(({ status }) => status)).toEqual(['applied']);
    expect(await checkFleet(fleet())).toEqual({ healthy: true, broken: [] });
  });
});
