import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence, Probe } from '../../../core/evidence/node-evidence.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { flannelKeyOf, nativeEvidence } from '../../fakes/native-evidence.ts';

const names = ['hub-1', 'cloud-1', 'gpu-1', 'gpu-2'];
const numberOf = (name: string) => names.indexOf(name) + 1;
const podCidr = (name: string) => `fd00:42:0:${numberOf(name)}::/64`;
const publicIp = (name: string) => `fd00:200::${numberOf(name)}`;

type WireGuard = NonNullable<NodeEvidence['flannelWireGuard']>;

const wireguardOf = (name: string): WireGuard => ({
  interface: 'flannel-wg-v6',
  publicKey: flannelKeyOf(name),
  listenPort: 51821,
  peers: names
    .filter((peer) => peer !== name)
    .map((peer) => ({
      publicKey: flannelKeyOf(peer),
      endpoint: `[${publicIp(peer)}]:51821`,
      allowedIps: [podCidr(peer)],
      latestHandshakeAt: 1_799_999_940,
      receivedBytes: 1_000,
      sentBytes: 1_000,
      keepaliveSeconds: 25,
    })),
});

function ipv6Host(measured: NodeEvidence, name: string, change: (wireguard: WireGuard) => WireGuard): NodeEvidence {
  const device = { name: 'flannel-wg-v6', kind: 'wireguard', up: true, mtuBytes: 1340, mac: null, vxlan: null };
  const route: NodeEvidence['routes'][number] = ['fd00:42::/48', null, 'flannel-wg-v6', false, 0];
  const flannelWireGuard = change(wireguardOf(name));
  return {
    ...measured,
    links: [...measured.links, device],
    ipv6: { neighbours: [], fdb: [], routes: [route], flannelWireGuard },
  };
}

function probe(name: string, received: number): Probe {
  const rest = { payloadBytes: 56, mode: 'echo' as const, sent: 10, rttMs: 1, tooLong: false, foundPayloadBytes: null };
  return { name, address: 'fd00::1', received, ...rest };
}

/** flannel with a WireGuard device per family on every node, measured about gpu-1. `lost`: the peers that gpu-1 does not reach. */
function evidenceWith(lost: readonly string[], change: (wireguard: WireGuard) => WireGuard): Evidence {
  const evidence = nativeEvidence();
  const probesFrom = (host: string) =>
    (host === 'gpu-1' ? names.filter((name) => name !== host) : ['gpu-1']).flatMap((peer) => {
      const received = [host, peer].some((name) => lost.includes(name)) ? 0 : 10;
      return [probe(`underlay6-${peer}`, 10), probe(`vtep6-${peer}`, received), probe(`full6-${peer}`, received)];
    });
  return {
    ...evidence,
    flannelDeviceV6: 'flannel-wg-v6',
    nodes: evidence.nodes.map((node) => {
      const { name, annotations } = node.metadata;
      const ours = {
        'flannel.alpha.coreos.com/backend-v6-data': JSON.stringify({ PublicKey: flannelKeyOf(name) }),
        'flannel.alpha.coreos.com/public-ipv6': publicIp(name),
      };
      return {
        ...node,
        metadata: { ...node.metadata, annotations: { ...annotations, ...ours } },
        spec: { ...node.spec, podCIDRs: [node.spec.podCIDR ?? '', podCidr(name)] },
      };
    }),
    readings: evidence.readings.map((reading) => ({
      ...reading,
      passive:
        reading.passive.status === 'read'
          ? {
              status: 'read',
              evidence: ipv6Host(
                reading.passive.evidence,
                reading.host,
                reading.host === 'gpu-1' ? change : (all) => all,
              ),
            }
          : reading.passive,
      runs: reading.runs.map((run) => ({ ...run, probes: [...run.probes, ...probesFrom(reading.host)] })),
    })),
  };
}

describe('flannel’s own WireGuard with a device per family', () => {
  it('is healthy with all peers on both', () => {
    expect(examine(evidenceWith([], (wireguard) => wireguard)).diagnosis.class).toBe('healthy');
  });

  it('gets a peer of IPv6 back, at its address and with its pods of IPv6', () => {
    const without = (wireguard: WireGuard) => ({
      ...wireguard,
      peers: wireguard.peers.filter(({ publicKey }) => publicKey !== flannelKeyOf('gpu-2')),
    });
    const examination = examine(evidenceWith(['gpu-2'], without));
    expect(examination.diagnosis).toMatchObject({ cause: 'flannel-peer-missing', hostAtFault: 'gpu-1' });
    expect(examination.diagnosis.because).toContainEqual(expect.stringMatching(/^IPv6: gpu-1: .*gpu-2$/));
    const { hosts } = planRepair(examination);
    expect(hosts.map(({ host, operations }) => [host, operations.map(formatOperation)])).toEqual([
      [
        'gpu-1',
        [
          `wg add flannel-wg-v6 peer ${flannelKeyOf('gpu-2')} endpoint [fd00:200::4]:51821 keepalive 25 ` +
            'allowed-ips fd00:42:0:4::/64',
        ],
      ],
    ]);
  });

  it('needs no device of IPv6 where one carries both families (flannel’s mode auto)', () => {
    const evidence = evidenceWith(['hub-1', 'cloud-1', 'gpu-2'], (wireguard) => wireguard);
    const one = {
      ...evidence,
      readings: evidence.readings.map((reading) => ({
        ...reading,
        passive:
          reading.passive.status === 'read'
            ? {
                status: 'read' as const,
                evidence: {
                  ...reading.passive.evidence,
                  links: reading.passive.evidence.links.filter(({ name }) => name !== 'flannel-wg-v6'),
                },
              }
            : reading.passive,
      })),
    };
    const examination = examine(one);
    expect(examination.diagnosis.class).toBe('healthy');
    expect(planRepair(examination).hosts).toEqual([]);
  });
});
