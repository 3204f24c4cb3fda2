import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import { measuredBy } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { BACKEND_TYPE } from '../../../core/overlay/flannel-lease.ts';
import { readNativePeer } from '../../../core/overlay/wireguard-native/peer.ts';
import { planReconcile } from '../../../core/repair/plan-entries.ts';
import { nodes as vxlanNodes } from '../../fakes/healthy-evidence.ts';
import { asNative, nativeEvidence, nativeHost, withPeers } from '../../fakes/native-evidence.ts';

const hosts = ['hub-1', 'cloud-1', 'gpu-1', 'gpu-2'] as const;

const damage = fc.record({
  links: fc.subarray(nativeHost('gpu-1').links),
  routes: fc.subarray(nativeHost('gpu-1').routes),
  peers: fc.subarray([0, 1, 2]),
  wireguard: fc.boolean(),
  unseen: fc.subarray(['links', 'routes', 'flannel-wireguard', 'wireguard-others', 'wireguard']),
});

const anyEvidence = fc
  .record({
    host: fc.constantFrom(...hosts),
    damage: fc.option(damage),
    lost: fc.subarray(['underlay', 'vtep', 'full', 'pod', 'workload']),
    native: fc.subarray([...hosts]),
  })
  .map(({ host, damage: done, lost, native }) => {
    const change = (measured: NodeEvidence): NodeEvidence => {
      if (done === null) return measured;
      const { links, routes, peers, wireguard, unseen } = done;
      const left = withPeers(measured, (all) => all.filter((_, index) => peers.includes(index)));
      return {
        ...left,
        links,
        routes,
        flannelWireGuard: wireguard ? left.flannelWireGuard : null,
        unseen: unseen.map((what) => ({ what, why: 'timeout' })),
      };
    };
    const evidence = nativeEvidence(host, change, (_, name) => !lost.some((kind) => name.startsWith(kind)));
    const isNative = (name: string) => native.some((each) => each === name);
    const nodes = vxlanNodes.map((node) => (isNative(node.metadata.name) ? asNative(node) : node));
    return { ...evidence, nodes, flannelDevice: isNative('gpu-1') ? 'flannel-wg' : 'flannel.1' };
  });

describe('whatever is measured in a fleet of which some, all or no nodes run flannel’s own WireGuard', () => {
  it('gets a diagnosis, and no difference is found on or about a node of another backend than the target’s', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { confidence } = diagnose(evidence);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        const { network, allDrifts } = deriveFacts(evidence);
        const members = network.members.map(({ node }) => node);
        for (const drift of allDrifts) {
          expect(members).toContain(drift.host);
          if ('peer' in drift) expect(members).toContain(drift.peer);
        }
      }),
    );
  });

  it('no peer is touched but as the Node objects say, and no host that differs is kept quiet', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { network, drifts } = deriveFacts(evidence);
        if (network.traits?.name !== 'wireguard-native') return;
        const readings = (host: string) => measuredBy(evidence.readings.find((reading) => reading.host === host));
        const plan = planReconcile(network, drifts, evidence.flannelDevice, readings);
        const expected = evidence.nodes.flatMap((node) => {
          const peer = readNativePeer(node, 'ipv4');
          return typeof peer === 'string' || node.metadata.annotations[BACKEND_TYPE] !== 'wireguard'
            ? []
            : [peer.publicKey];
        });
        for (const operation of plan.hosts.flatMap(({ operations }) => operations)) {
          if ('peer' in operation) expect(expected.includes(operation.peer)).toBe(operation.op !== 'wg del');
          if (operation.op !== 'route del') expect(operation).toMatchObject({ dev: 'flannel-wg' });
        }
        const told = [...plan.hosts.map(({ host }) => host), ...plan.beyond.map((line) => line.split(':')[0])];
        for (const { host } of drifts) expect(told).toContain(host);
      }),
    );
  });
});
