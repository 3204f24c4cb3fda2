import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { nodes as vxlanNodes } from '../../fakes/healthy-evidence.ts';
import { asNative, flannelKeyOf, nativeEvidence, withPeers } from '../../fakes/native-evidence.ts';

/** Everything above the layer below is lost between gpu-1 and others. */
const overlayLost =
  (...others: readonly string[]) =>
  (from: string, name: string) =>
    name.startsWith('underlay') ||
    !others.some((other) => (from === 'gpu-1' && name.endsWith(other)) || from === other);
const overlayOfGpu1Lost = overlayLost('hub-1', 'gpu-2', 'cloud-1');
const without = (name: string) => (host: NodeEvidence) =>
  withPeers(host, (peers) => peers.filter(({ publicKey }) => publicKey !== flannelKeyOf(name)));
const change =
  (name: string, to: Partial<NonNullable<NodeEvidence['flannelWireGuard']>['peers'][number]>) => (host: NodeEvidence) =>
    withPeers(host, (peers) =>
      peers.map((peer) => (peer.publicKey === flannelKeyOf(name) ? { ...peer, ...to } : peer)),
    );
const links = (of: (link: NodeEvidence['links'][number]) => boolean) => (host: NodeEvidence) => ({
  ...host,
  links: host.links.filter(of),
});

describe('an overlay of flannel’s own WireGuard', () => {
  it('is healthy when nothing is wrong, and has no VXLAN to wedge', () => {
    const diagnosis = diagnose(nativeEvidence());
    expect(diagnosis).toMatchObject({ class: 'healthy', confidence: 0.97 });
    expect(diagnosis.against).toContainEqual({
      class: 'vxlan-wedge',
      why: 'flannel runs wireguard, not VXLAN',
    });
  });

  it.each([
    ['flannel-interface-missing', links(({ name }) => name !== 'flannel-wg')],
    [
      'flannel-interface-down',
      (host: NodeEvidence) => ({
        ...host,
        links: host.links.map((link) => ({ ...link, up: link.name !== 'flannel-wg' })),
        routes: host.routes.filter(([, , device]) => device !== 'flannel-wg'),
      }),
    ],
    [
      'flannel-key-unannounced',
      (host: NodeEvidence) => ({
        ...host,
        flannelWireGuard: host.flannelWireGuard && {
          ...host.flannelWireGuard,
          publicKey: flannelKeyOf('new'),
        },
      }),
    ],
    [
      'flannel-daemon-hung',
      (host: NodeEvidence) => ({
        ...host,
        flannelWireGuard: null,
        unseen: [{ what: 'flannel-wireguard', why: 'timeout' }],
      }),
    ],
  ])('is tunnel-down by %s', (cause, broken) => {
    expect(diagnose(nativeEvidence('gpu-1', broken, overlayOfGpu1Lost))).toMatchObject({
      class: 'tunnel-down',
      cause,
      hostAtFault: 'gpu-1',
      confidence: 0.97,
    });
  });

  it('blames the host that holds the wrong entry', () => {
    const lost = overlayLost('hub-1');
    expect(diagnose(nativeEvidence('gpu-1', without('gpu-2'), overlayLost('gpu-2')))).toMatchObject({
      class: 'tunnel-down',
      cause: 'flannel-peer-missing',
      hostAtFault: 'gpu-1',
    });
    expect(
      diagnose(nativeEvidence('hub-1', change('gpu-1', { publicKey: flannelKeyOf('former') }), lost)),
    ).toMatchObject({ class: 'tunnel-down', cause: 'flannel-peer-key-stale', hostAtFault: 'hub-1' });
  });

  it('leaves an entry about a third node to that node', () => {
    expect(diagnose(nativeEvidence('hub-1', without('gpu-2'))).class).toBe('healthy');
  });

  it.each([
    ['allowed-ips-missing', change('gpu-2', { allowedIps: [] }), overlayLost('gpu-2')],
    [
      'peer-pod-route-missing',
      (host: NodeEvidence) => ({ ...host, routes: host.routes.filter(([, , device]) => device !== 'flannel-wg') }),
      overlayOfGpu1Lost,
    ],
    [
      'pod-route-escaped',
      (host: NodeEvidence): NodeEvidence => ({
        ...host,
        routes: [...host.routes, ['10.42.12.0/24', null, 'wg0', false, 0]],
      }),
      overlayLost('gpu-2'),
    ],
  ])('is a missing-route by %s', (cause, broken, passes) => {
    expect(diagnose(nativeEvidence('gpu-1', broken, passes))).toMatchObject({
      class: 'missing-route',
      cause,
      hostAtFault: 'gpu-1',
      confidence: 0.97,
    });
  });

  it('is healthy when every packet passes all the same, and tells what differs', () => {
    const diagnosis = diagnose(nativeEvidence('gpu-1', without('gpu-2')));
    expect(diagnosis.class).toBe('healthy');
    expect(diagnosis.because.join()).toContain("differs without loss: gpu-1: flannel's WireGuard has no peer");
  });

  it('is overlay-blocked by flannel’s port when everything is as it must be and nothing encapsulated arrives', () => {
    expect(diagnose(nativeEvidence('none', (host) => host, overlayOfGpu1Lost))).toMatchObject({
      class: 'overlay-blocked',
      cause: 'flannel-port-filtered',
      hostAtFault: 'gpu-1',
    });
  });

  it('is still a tunnel-down of wg0 when that is what is down below it', () => {
    const down = (host: NodeEvidence): NodeEvidence => ({
      ...host,
      links: host.links.map((link) => ({ ...link, up: link.name !== 'wg0' })),
    });
    expect(diagnose(nativeEvidence('gpu-1', down, () => false))).toMatchObject({
      class: 'tunnel-down',
      cause: 'interface-down',
      because: expect.arrayContaining(['wg0 of gpu-1 is down']),
    });
  });
});

describe('when full-size packets vanish in it', () => {
  const fullLost = (from: string, name: string) => !(from === 'gpu-1' && name.startsWith('full'));
  const sized = (mtuBytes: number) => (host: NodeEvidence) => ({
    ...host,
    links: host.links.map((link) => (link.name === 'flannel-wg' ? { ...link, mtuBytes } : link)),
  });

  it.each([
    [1361, 'device-mtu-too-large', 'gpu-1', 0.95],
    [1360, 'path-mtu-lowered', 'gpu-1', 0.75],
  ])('a flannel-wg of %i bytes on a wg0 of 1420 says %s', (mtuBytes, cause, hostAtFault, confidence) => {
    expect(diagnose(nativeEvidence('gpu-1', sized(mtuBytes), fullLost))).toMatchObject({
      class: 'mtu-black-hole',
      cause,
      hostAtFault,
      confidence,
    });
  });

  it('blames the hub whose device is too large for what it sends to the node', () => {
    const hubLost = (from: string, name: string) => !(from === 'hub-1' && name.startsWith('full'));
    expect(diagnose(nativeEvidence('hub-1', sized(8921), hubLost))).toMatchObject({
      cause: 'device-mtu-too-large',
      hostAtFault: 'hub-1',
    });
  });
});

describe('a fleet of both backends', () => {
  it.each([
    ['native', (name: string) => name.startsWith('gpu')],
    ['VXLAN', (name: string) => !name.startsWith('gpu')],
  ])('gets a diagnosis, and nothing is concluded about a node of the other: gpu-1 runs %s', (_what, isNative) => {
    const nodes = vxlanNodes.map((node) => (isNative(node.metadata.name) ? asNative(node) : node));
    const evidence: Evidence = {
      ...nativeEvidence(
        'hub-1',
        links(() => false),
      ),
      nodes,
    };
    const { class: faultClass, because } = diagnose({
      ...evidence,
      flannelDevice: isNative('gpu-1') ? 'flannel-wg' : 'flannel.1',
    });
    expect(because.some((line) => line.includes('flannel') && line.startsWith('hub-1'))).toBe(false);
    expect(faultClass).toBeDefined();
  });
});
