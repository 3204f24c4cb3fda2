import type { NodeObject } from '../evidence/node-object.ts';
import type { ExpectedTables } from '../evidence/table-digests.ts';
import type { IpFamily } from '../network/mtu.ts';
import { remember, rememberObject } from '../remember.ts';
import type { ExpectedNetwork } from './expected-network.ts';
import { findConflicts } from './find-conflicts.ts';
import { backendTypeOf } from './flannel-lease.ts';
import { type Member, memberNamed } from './member.ts';
import type { HostAndPeers, Overlay } from './overlay.ts';
import type { OverlayConfig } from './overlay-config.ts';

/** An overlay, and how the Node objects of a fleet that runs it become the expected network. */
export interface OverlayBinding {
  readonly backendType: string;
  readonly bind: (nodes: readonly NodeObject[], family: IpFamily, config: OverlayConfig) => ExpectedNetwork;
}

/** Keeps what the overlay knows of a node to itself: whoever uses the network needs the common part only. */
export function bindOverlay<M extends Member>(overlay: Overlay<M>): OverlayBinding {
  const fleets = {
    ipv4: rememberObject((nodes: readonly NodeObject[]) => fleetOf(overlay, nodes, 'ipv4')),
    ipv6: rememberObject((nodes: readonly NodeObject[]) => fleetOf(overlay, nodes, 'ipv6')),
  };
  return {
    backendType: overlay.backendType,
    bind: (nodes, family, config) => networkOf(overlay, fleets[family](nodes), family, config),
  };
}

/** What the Node objects say of the overlay, whatever flannel's configuration is. */
interface Fleet<M extends Member> extends Pick<ExpectedNetwork, 'conflicts' | 'unusable'> {
  readonly members: readonly M[];
  readonly around: (host: string) => HostAndPeers<M> | undefined;
  readonly tablesOn: (device: string) => ExpectedTables | undefined;
}

function fleetOf<M extends Member>(overlay: Overlay<M>, nodes: readonly NodeObject[], family: IpFamily): Fleet<M> {
  const claimants: M[] = [];
  const unusable: { node: string; reason: string }[] = [];
  for (const node of nodes) {
    const type = backendTypeOf(node);
    const member =
      type === overlay.backendType
        ? overlay.readMember(node, family)
        : `backend type is ${type ?? 'not annotated'}, not ${overlay.backendType}`;
    if (typeof member === 'string') unusable.push({ node: node.metadata.name, reason: member });
    else claimants.push(member);
  }
  const conflicts = findConflicts(claimants, overlay.identities);
  const disputed = new Set(conflicts.flatMap(({ nodes: both }) => both));
  const members = claimants.filter(({ node }) => !disputed.has(node));
  const around = remember((host: string): HostAndPeers<M> | undefined => {
    const self = memberNamed(members, host);
    return self && { self, peers: members.filter((member) => member !== self) };
  });
  const tablesOn = remember((device: string) => overlay.expectedTables?.(members, device));
  return { members, conflicts, unusable, around, tablesOn };
}

function networkOf<M extends Member>(
  overlay: Overlay<M>,
  { members, conflicts, unusable, around, tablesOn }: Fleet<M>,
  family: IpFamily,
  config: OverlayConfig,
): ExpectedNetwork {
  const ofMember = <T>(node: string, read: (member: M) => readonly T[]): readonly T[] => {
    const member = memberNamed(members, node);
    return member === undefined ? [] : read(member);
  };
  return {
    traits: overlay,
    members,
    conflicts,
    unusable,
    device: (settings) => overlay.device(settings, family),
    findDrift: (host, measured, device, inFocus = []) => {
      const here = around(host);
      return here === undefined ? [] : overlay.findDrift({ ...here, config, measured, device, inFocus });
    },
    expectedTables: (device) => (device === null ? undefined : tablesOn(device)),
    mend: (drift, device, readings) => {
      const here = around(drift.host);
      return here === undefined ? [] : overlay.mend(drift, { ...here, config, device, readings });
    },
    rebuild: (host, device, readings) => {
      const here = around(host);
      return here === undefined ? [] : overlay.rebuild({ ...here, config, device, readings });
    },
    fullState: (host, device, readings) => {
      const here = around(host);
      return here === undefined ? [] : overlay.fullState({ ...here, config, device, readings });
    },
    focus: (node) => ofMember(node, overlay.focus),
    carriedNetworks: (node) => ofMember(node, overlay.carriedNetworks),
  };
}
