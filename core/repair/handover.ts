import { cloudRouteByHand } from '../cloud/cloud-route-by-hand.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Facts } from '../diagnosis/facts.ts';

/** What only a person can change, as exactly as it can be said: who, where, and the change itself. */
export function handover(facts: Facts, diagnosis: Diagnosis): readonly string[] {
  const { cause, hostAtFault } = diagnosis;
  if (cause === 'cloud-route-missing' || cause === 'cloud-path-blocked') return [cloudRouteByHand(facts)];
  const host = hostAtFault ?? facts.name;
  const { wireguardDevice, flannelDevice } = facts.evidence;
  const restartFlanneld = `${host}: restart flanneld, which makes ${flannelDevice} and its peers anew with its key from /run/flannel/wgkey`;
  const publicIp = facts.self?.publicIp ?? 'the node';
  const key = facts.tunnel?.atNode.at(-1)?.wireguard.publicKey ?? 'its public key';
  const advice: Readonly<Record<string, string>> = {
    'endpoint-pinned': `${host}: something sets the endpoint of ${publicIp} again and again; take the static Endpoint of this peer out of its configuration`,
    'inbound-filtered': `the firewall before ${host}: let UDP from the hub's port in`,
    'outbound-filtered': `the firewall before ${host}: let UDP to the hub's port out`,
    'hub-endpoint-stale': `${host}: give the hub's present address to ${wireguardDevice} (wg set ${wireguardDevice} peer <key of the hub> endpoint <address:port>)`,
    'port-blocked': `the firewall between ${host} and the hub: let the WireGuard port through in both directions`,
    'interface-missing': `${host}: ${wireguardDevice} is gone; start what makes it (systemctl restart wg-quick@${wireguardDevice})`,
    'daemon-hung': `${host}: the WireGuard daemon hangs; restart it (systemctl restart wg-quick@${wireguardDevice})`,
    'hub-tunnel-down': `${host}: ${wireguardDevice} is gone or hangs; start what makes it (systemctl restart wg-quick@${wireguardDevice})`,
    'hub-unreachable': `${host}: the host itself must come back`,
    'node-or-uplink-dead': `${host}: the host or its uplink must come back`,
    'key-unknown': `${host}: wg set ${wireguardDevice} peer ${key} allowed-ips ${publicIp}/32, and the same in its configuration`,
    'key-mismatch': `${host}: its key changed; give the other end the new one, or put the old one back`,
    'duplicate-key': `${host}: it uses the key of another node; make it one of its own (wg genkey) and register it at the hub`,
    'device-mtu-too-large': `${host}: lower the MTU of ${facts.evidence.flannelDevice} to what its way out carries in one piece`,
    'path-mtu-lowered': `${host}: lower the MTU of ${wireguardDevice} to what the path carries; nobody could measure it`,
    'flannel-interface-missing': restartFlanneld,
    'flannel-interface-down': restartFlanneld,
    'flannel-key-unannounced': restartFlanneld,
    'flannel-peer-key-stale': restartFlanneld,
    'flannel-peer-missing': restartFlanneld,
    'flannel-daemon-hung': `${host}: the userspace WireGuard of ${flannelDevice} hangs; end it (kill -9) and restart flanneld`,
    'flannel-port-filtered': `${host}: let UDP of flannel’s port through between the fleet's addresses`,
    'vxlan-port-filtered': `${host}: let UDP 8472 through between the fleet's addresses`,
    'forward-dropped': `${host}: let packets of the pod network through the FORWARD chain`,
    'subnet-env-missing': `${host}: restart flanneld, which writes /run/flannel/subnet.env`,
    'pod-subnet-exhausted': `${host}: addresses of dead pods are still given out under /var/lib/cni/networks; remove those that no pod holds`,
    'kubelet-down': `${host}: the kubelet is down or hangs; restart it`,
    'kubelet-firewalled': `${host}: let TCP 10250 from the control plane in`,
    'flanneld-stopped': `${host}: flanneld does not run; look at its pod or service`,
  };
  const said = advice[cause];
  return said === undefined ? [] : [said];
}

/** The same as the end of a sentence. */
export function byHand(facts: Facts, diagnosis: Diagnosis): string {
  return handover(facts, diagnosis)
    .map((change) => `; by hand: ${change}`)
    .join('');
}
