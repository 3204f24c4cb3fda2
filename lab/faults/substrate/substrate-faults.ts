import type { Fault } from '../../fault.ts';
import { duplicateKey } from './duplicate-key.ts';
import { hubEndpointStale } from './hub-endpoint-stale.ts';
import { hubOffline } from './hub-offline.ts';
import { hubUplinkDown } from './hub-uplink-down.ts';
import { hubWireguardDown } from './hub-wireguard-down.ts';
import { hubWireguardHung } from './hub-wireguard-hung.ts';
import { hubWireguardStopped } from './hub-wireguard-stopped.ts';
import { keyRemovedAtHub } from './key-removed-at-hub.ts';
import { keyRotatedOnHub } from './key-rotated-on-hub.ts';
import { keyRotatedOnNode } from './key-rotated-on-node.ts';
import { nodeUplinkDown } from './node-uplink-down.ts';
import { peerOffline } from './peer-offline.ts';
import { portBlockedAtSite } from './port-blocked-at-site.ts';
import { portBlockedAtVpc } from './port-blocked-at-vpc.ts';
import { siteUplinkDown } from './site-uplink-down.ts';
import { vxlanFilteredOnHub } from './vxlan-filtered-on-hub.ts';
import { vxlanFilteredOnNode } from './vxlan-filtered-on-node.ts';
import { vxlanFilteredOnPeer } from './vxlan-filtered-on-peer.ts';
import { vxlanFilteredOutbound } from './vxlan-filtered-outbound.ts';
import { wireguardDaemonHung } from './wireguard-daemon-hung.ts';
import { wireguardDaemonKilled } from './wireguard-daemon-killed.ts';
import { wireguardDown } from './wireguard-down.ts';
import { wireguardMissing } from './wireguard-missing.ts';

/** Faults below the overlay: nodes, the hub, the tunnel, and its ports. */
export const substrateFaults: readonly Fault[] = [
  peerOffline,
  nodeUplinkDown,
  siteUplinkDown,
  hubOffline,
  hubUplinkDown,
  hubWireguardStopped,
  hubWireguardHung,
  hubWireguardDown,
  keyRemovedAtHub,
  keyRotatedOnNode,
  keyRotatedOnHub,
  duplicateKey,
  hubEndpointStale,
  portBlockedAtSite,
  portBlockedAtVpc,
  wireguardMissing,
  wireguardDaemonKilled,
  wireguardDown,
  wireguardDaemonHung,
  vxlanFilteredOnNode,
  vxlanFilteredOutbound,
  vxlanFilteredOnPeer,
  vxlanFilteredOnHub,
];
