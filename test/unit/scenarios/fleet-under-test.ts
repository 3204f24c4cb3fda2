import { expect } from 'vitest';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

export const alertFor = (node: string) =>
  rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node }, fingerprint: `alert-of-${node}` });

/** GPU nodes of these sites behind one hub. */
export function fleetUnderTest(
  sites: readonly string[],
  sick: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const fleet = healthyFleet(sites);
  const chain = createChainUnderTest(environment, { fleet, sick });
  let mostOut = 0;
  const out = async () =>
    (await chain.ports.cluster.listNodes()).filter((node) => readClaim(node).type !== 'none').length;
  const { placeClaim } = chain.ports.cluster;
  chain.ports.cluster.placeClaim = async (...claim) => {
    const outcome = await placeClaim(...claim);
    mostOut = Math.max(mostOut, await out());
    return outcome;
  };
  return {
    ...chain,
    fleet,
    /** The most nodes that carried a claim of ours at the same time. */
    mostOut: () => mostOut,
    closed: async () => (await chain.ports.store.listOpen()).length === 0,
    outcomes: async () =>
      (await chain.incidents()).map(({ target, outcome }) => `${target.node} ${outcome}`).toSorted(),
    expectNothingLeft: async () => {
      expect(await out()).toBe(0);
      expect(await chain.ports.capacity.read()).toEqual([]);
      expect(await chain.ports.approvals.listPending()).toEqual([]);
    },
  };
}

/** Each node’s site: of three, one after the other. */
export const sitesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ['paris', 'oslo', 'rome'][index % 3] ?? '');
