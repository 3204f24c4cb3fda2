import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { describeDrift } from '../../../core/overlay/drift.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { nodes as vxlanNodes } from '../../fakes/healthy-evidence.ts';
import { asNative, flannelKeyOf, nativeHost, network, withPeers } from '../../fakes/native-evidence.ts';

const gpu2 = flannelKeyOf('gpu-2');
const driftOf = (change: (host: NodeEvidence) => NodeEvidence) =>
  network.findDrift('gpu-1', change(nativeHost('gpu-1')), 'flannel-wg');
const said = (change: (host: NodeEvidence) => NodeEvidence) => driftOf(change).map(describeDrift);
const withoutRoute = (host: NodeEvidence) => host.routes.filter(([destination]) => destination !== '10.42.0.0/16');

describe('the difference to an expected network of flannel’s own WireGuard', () => {
  it('is nothing on a healthy host, which has neither neighbours nor forwarding entries', () => {
    expect(said((host) => host)).toEqual([]);
  });

  it('is nothing when an endpoint has roamed, a peer allows more, or a leftover is there', () => {
    expect(
      said((host) =>
        withPeers(host, (peers) => [
          ...peers.map((peer) => ({
            ...peer,
            endpoint: '203.0.113.9:40000',
            allowedIps: [...peer.allowedIps, 'fd42::/64'],
          })),
          { ...(peers[0] ?? fail()), publicKey: flannelKeyOf('deleted'), allowedIps: ['10.42.99.0/24'] },
        ]),
      ),
    ).toEqual([]);
  });

  it('is nothing when the host printed only the beginnings of keys', () => {
    expect(
      said((host) =>
        withPeers(host, (peers) => peers.map((peer) => ({ ...peer, publicKey: peer.publicKey.slice(0, 10) }))),
      ),
    ).toEqual([]);
  });

  it('is the device alone when it is gone', () => {
    const gone = (host: NodeEvidence): NodeEvidence => ({
      ...host,
      links: host.links.filter(({ name }) => name !== 'flannel-wg'),
      routes: withoutRoute(host),
      flannelWireGuard: null,
    });
    expect(said(gone)).toEqual(['gpu-1: flannel-wg does not exist']);
  });

  it('is a device that is down, one with another key than the Node object has', () => {
    const down = (host: NodeEvidence): NodeEvidence => ({
      ...host,
      links: host.links.map((link) => ({ ...link, up: link.name !== 'flannel-wg' })),
    });
    expect(said(down)).toEqual(['gpu-1: flannel-wg is down']);
    const key = flannelKeyOf('new');
    expect(
      said((host) => ({
        ...host,
        flannelWireGuard: host.flannelWireGuard && { ...host.flannelWireGuard, publicKey: key },
      })),
    ).toEqual([`gpu-1: flannel-wg has key ${key}, expected ${flannelKeyOf('gpu-1')}`]);
  });

  it('is a peer that is not there, has another key, or does not take its pods', () => {
    const other = flannelKeyOf('former');
    expect(said((host) => withPeers(host, (all) => all.filter(({ publicKey }) => publicKey !== gpu2)))).toEqual([
      "gpu-1: flannel's WireGuard has no peer with the key of gpu-2",
    ]);
    const change = (to: Partial<NonNullable<NodeEvidence['flannelWireGuard']>['peers'][number]>) =>
      said((host) =>
        withPeers(host, (all) => all.map((peer) => (peer.publicKey === gpu2 ? { ...peer, ...to } : peer))),
      );
    expect(change({ publicKey: other })).toEqual([`gpu-1: flannel's WireGuard knows gpu-2 by another key, ${other}`]);
    expect(change({ allowedIps: ['10.42.22.0/24'] })).toEqual([
      'gpu-1: AllowedIPs of gpu-2 lack its pods: 10.42.22.0/24',
    ]);
    expect(change({ allowedIps: ['10.42.12.0/25'] })).toEqual([
      'gpu-1: AllowedIPs of gpu-2 lack its pods: 10.42.12.0/25',
    ]);
    expect(change({ allowedIps: [] })).toEqual(['gpu-1: AllowedIPs of gpu-2 lack its pods: none']);
  });

  it('is the missing route, for every peer', () => {
    expect(driftOf((host) => ({ ...host, routes: withoutRoute(host) })).map(({ type }) => type)).toEqual(
      Array(3).fill('route-missing'),
    );
  });

  it('is an escape when another device has the whole network, or a part of it', () => {
    const route = (destination: string): NodeEvidence['routes'][number] => [destination, null, 'wg0', false, 0];
    const types = (destination: string, keep: boolean) =>
      driftOf((host) => ({
        ...host,
        routes: [...(keep ? host.routes : withoutRoute(host)), route(destination)],
      })).map((drift) => [drift.type, 'peer' in drift ? drift.peer : null]);
    expect(types('10.42.12.0/25', true)).toEqual([['route-shadowed', 'gpu-2']]);
    expect(types('10.42.12.0/24', true)).toEqual([['route-wrong', 'gpu-2']]);
    expect(types('10.42.0.0/16', false)).toHaveLength(3);
  });

  it('is not concluded from what was not seen', () => {
    const unseen = (what: string) => ({ unseen: [{ what, why: 'timeout' }] });
    expect(said((host) => ({ ...host, links: [], ...unseen('links') }))).toEqual([]);
    expect(said((host) => ({ ...host, routes: [], ...unseen('routes') }))).toEqual([]);
    const noTool = { unseen: [{ what: 'flannel-wireguard', why: 'wg: not found' }] };
    expect(said((host) => ({ ...host, flannelWireGuard: null, ...noTool }))).toEqual([]);
    expect(said((host) => ({ ...withPeers(host, () => []), ...unseen('wireguard-others') }))).toEqual([]);
  });

  it('is a daemon that hangs, where it kept `wg` waiting', () => {
    const hung = { unseen: [{ what: 'flannel-wireguard', why: 'timeout' }] };
    expect(said((host) => ({ ...host, flannelWireGuard: null, ...hung }))).toEqual([
      'gpu-1: the daemon of flannel-wg does not answer',
    ]);
  });

  it('is a peer that is missing all the same when the host was told not to leave it out', () => {
    const host = {
      ...withPeers(nativeHost('gpu-1'), () => []),
      unseen: [{ what: 'wireguard-others', why: 'too many' }],
    };
    expect(network.findDrift('gpu-1', host, 'flannel-wg', ['gpu-1', 'hub-1']).map(describeDrift)).toEqual([
      "gpu-1: flannel's WireGuard has no peer with the key of hub-1",
    ]);
  });

  it('is never found on, or about, a node of the other backend', () => {
    const mixed = vxlanNodes.map((node) => (node.metadata.name.startsWith('gpu') ? asNative(node) : node));
    const wrecked = { ...nativeHost('gpu-1'), flannelWireGuard: null, routes: [], links: [] };
    expect(expectedNetwork(mixed, 'gpu-1').findDrift('hub-1', wrecked, 'flannel-wg')).toEqual([]);
    const alone = withPeers(nativeHost('gpu-1'), (peers) => peers.filter(({ publicKey }) => publicKey === gpu2));
    expect(expectedNetwork(mixed, 'gpu-1').findDrift('gpu-1', alone, 'flannel-wg')).toEqual([]);
  });
});

function fail(): never {
  throw new Error('a healthy host has peers');
}
