import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { overlayConfig } from '../../../core/overlay/overlay-config.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planFullState, planReconcile } from '../../../core/repair/plan-entries.ts';
import { healthyHost, nodes } from '../../fakes/healthy-evidence.ts';

type Way = 'direct' | 'overlay' | 'none';

/** hub-1 and cloud-1 share a subnet; the host reaches the other one's pods in the given way. */
function neighbour(name: 'hub-1' | 'cloud-1', way: Way): NodeEvidence {
  const host = healthyHost(name);
  const [own, other, pods, overlayIp] =
    name === 'hub-1'
      ? ['10.0.1.10/16', '10.0.2.20', '10.42.1.0/24', '10.42.1.0']
      : ['10.0.2.20/16', '10.0.1.10', '10.42.0.0/24', '10.42.0.0'];
  const isKept = way === 'overlay';
  return {
    ...host,
    addresses: [...host.addresses, ['eth0', own]],
    routes: [
      ...host.routes.filter(([destination]) => isKept || destination !== pods),
      ['10.0.0.0/16', null, 'eth0', false, 0],
      ...(way === 'direct' ? [[pods, other, 'eth0', false, 0] as NodeEvidence['routes'][number]] : []),
    ],
    fdb: host.fdb.filter(([, destination]) => isKept || destination !== other),
    neighbours: host.neighbours.filter(([ip]) => isKept || ip !== overlayIp),
  };
}

const spoke = (name: string): NodeEvidence => ({
  ...healthyHost(name),
  addresses: [...healthyHost(name).addresses],
});

const shown = (...hosts: readonly NodeEvidence[]) => overlayConfig(hosts, 'flannel.1', nodes).directRouting;
const saying = (host: NodeEvidence, directRouting: boolean): NodeEvidence => ({
  ...host,
  netConf: { backend: 'vxlan', port: 8472, vni: 1, directRouting, mtuBytes: null },
});

describe('whether a fleet has DirectRouting', () => {
  it('is what net-conf says, whatever the routes are', () => {
    expect(shown(saying(neighbour('hub-1', 'direct'), false))).toBe(false);
    expect(shown(saying(neighbour('hub-1', 'overlay'), true))).toBe(true);
  });

  it.each<[Way, Way, true | 'disputed' | null]>([
    ['direct', 'direct', true],
    ['direct', 'none', true],
    ['direct', 'overlay', 'disputed'],
    ['overlay', 'none', null],
    ['overlay', 'overlay', null],
    ['none', 'none', null],
  ])('is shown by a hub with %s and a cloud node with %s as %s', (hub, cloud, expected) => {
    expect(shown(neighbour('hub-1', hub), neighbour('cloud-1', cloud), spoke('gpu-1'))).toBe(expected);
  });

  it('is not shown by hosts behind a tunnel, whose neighbours in it are reached through the overlay', () => {
    expect(shown(spoke('gpu-1'), spoke('gpu-2'))).toBeNull();
  });
});

describe('a neighbour whose every entry is gone', () => {
  const lines = (directRouting: true | 'disputed' | null) => {
    const network = expectedNetwork(nodes, 'cloud-1', { port: 8472, directRouting });
    const host = neighbour('cloud-1', 'none');
    const plan = planReconcile(network, network.findDrift('cloud-1', host, 'flannel.1'), 'flannel.1', () => host);
    return { lines: planLines(plan), beyond: plan.beyond };
  };

  it('gets its direct route where the fleet has them', () => {
    expect(lines(true).lines).toEqual(['cloud-1: route replace 10.42.0.0/24 via 10.0.1.10 dev eth0 onlink']);
  });

  it('is handed over where hosts disagree', () => {
    expect(lines('disputed')).toEqual({ lines: [], beyond: ['cloud-1: no route to the pods of hub-1'] });
  });

  it('gets its entries of the overlay where nobody shows another way', () => {
    expect(lines(null).lines).toHaveLength(3);
  });
});

describe('a bounce', () => {
  const replayed = (host: NodeEvidence | undefined, directRouting: true | 'disputed' | null) => {
    const network = expectedNetwork(nodes, 'cloud-1', { port: 8472, directRouting });
    return planLines(planFullState(network, 'cloud-1', 'flannel.1', () => host)).filter((line) =>
      /10\.42\.0\.|10\.0\.1\.10/.test(line),
    );
  };

  it.each([
    ['has a direct route', neighbour('cloud-1', 'direct'), null],
    ['had one', neighbour('cloud-1', 'none'), true],
    ['may have had one', neighbour('cloud-1', 'none'), 'disputed'],
  ] as const)('writes nothing for a neighbour that %s', (_, host, directRouting) => {
    expect(replayed(host, directRouting)).toEqual([]);
  });

  it('replays the entries of every peer that is reached through the overlay', () => {
    expect(replayed(neighbour('cloud-1', 'overlay'), null)).toHaveLength(3);
    expect(replayed(undefined, true)).toHaveLength(3);
  });
});

describe('a neighbour in the tunnel of a fleet that has DirectRouting', () => {
  const network = expectedNetwork(nodes, 'gpu-1', { port: 8472, directRouting: true });
  const carrying = (cidrs: readonly string[]): NodeEvidence => {
    const host = spoke('gpu-1');
    return {
      ...host,
      wireguard: host.wireguard && {
        ...host.wireguard,
        peers: host.wireguard.peers.map((peer) => ({ ...peer, allowedIps: [...peer.allowedIps, ...cidrs] })),
      },
    };
  };
  const aboutGpu2 = (host: NodeEvidence) =>
    network.findDrift('gpu-1', host, 'flannel.1').filter((drift) => 'peer' in drift && drift.peer === 'gpu-2');

  it('is expected through the overlay as long as the tunnel does not carry its pods', () => {
    expect(aboutGpu2(carrying([]))).toEqual([]);
    expect(aboutGpu2(carrying(['10.42.12.0/24']))).toMatchObject([{ type: 'route-wrong' }]);
  });
});
