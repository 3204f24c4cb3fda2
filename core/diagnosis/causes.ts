import type { DriftCause } from '../overlay/drift-cause.ts';
import type { Cause, CausePlace } from './cause.ts';

const programAgain = ({ host, flannelDevice }: CausePlace) =>
  `${host}: restart flanneld (k3s and RKE2: the agent's service), which programs ${flannelDevice} for every peer again`;

const makeAgain = ({ host, flannelDevice }: CausePlace) =>
  `${host}: restart flanneld, which makes ${flannelDevice} and its peers anew with its key from /run/flannel/wgkey`;

const findWhoChanges = (what: string) => (place: CausePlace) =>
  `${programAgain(place)}; if it comes back, find what ${what} (NetworkManager, systemd-networkd, udev)`;

const startTunnel = ({ host, wireguardDevice }: CausePlace) =>
  `${host}: ${wireguardDevice} is gone; start what makes it (systemctl restart wg-quick@${wireguardDevice})`;

const openPort = (which: string) => (place: CausePlace) =>
  `${place.host}: let ${which} through between the fleet's addresses`;

const wirePort = ({ host, wireguardDevice }: CausePlace) =>
  `${host}: compare AllowedIPs and routes of ${wireguardDevice} with its configuration (wg showconf, /etc/wireguard/${wireguardDevice}.conf) and bring it up again (systemctl restart wg-quick@${wireguardDevice})`;

/** Every cause that a diagnosis may have. The page docs/causes.md is made from it. */
export const causes = {
  // The host, the hub or the Node objects
  'node-or-uplink-dead': {
    class: 'node-offline',
    mendedBy: 'person',
    told: ({ host }) => `${host}: the host or its uplink must come back`,
  },
  'hub-unreachable': {
    class: 'hub-outage',
    mendedBy: 'person',
    told: ({ host }) => `${host}: the host itself must come back`,
  },
  'hub-tunnel-down': {
    class: 'hub-outage',
    mendedBy: 'reconcile',
    told: ({ host, wireguardDevice }) =>
      `${host}: ${wireguardDevice} is gone, down or hangs; start what makes it (systemctl restart wg-quick@${wireguardDevice})`,
  },
  'unsupported-overlay': {
    class: 'unsupported-overlay',
    mendedBy: 'person',
    told: ({ host }) => `${host}: its overlay is not one that Restitch knows; its own tools must say what is wrong`,
  },
  'node-objects-conflict': {
    class: 'node-objects-conflict',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: its Node object contradicts another one, as said above; find which of the two is right, and correct or remove the other`,
  },
  'wrong-interface-announced': {
    class: 'node-objects-conflict',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: flannel announces an address that its peers do not reach; set --flannel-iface or public-ip-overwrite, or map the announced address to ${host} again`,
  },

  // The tunnel to the hub
  'interface-missing': { class: 'tunnel-down', mendedBy: 'person', told: startTunnel },
  'interface-down': {
    class: 'tunnel-down',
    mendedBy: 'reconcile',
    told: ({ host, wireguardDevice }) =>
      `${host}: ${wireguardDevice} is down; bring it up with its routes (systemctl restart wg-quick@${wireguardDevice})`,
  },
  'daemon-hung': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host, wireguardDevice }) =>
      `${host}: the WireGuard daemon hangs; restart it (systemctl restart wg-quick@${wireguardDevice})`,
  },
  'key-unknown': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host, wireguardDevice, key, publicIp }) =>
      `${host}: wg set ${wireguardDevice} peer ${key} allowed-ips ${publicIp}/32, and the same in its configuration`,
  },
  'key-mismatch': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host }) => `${host}: its key changed; give the other end the new one, or put the old one back`,
  },
  'duplicate-key': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: it uses the key of another node; make it one of its own (wg genkey) and register it at the hub`,
  },
  'hub-endpoint-stale': {
    class: 'tunnel-down',
    mendedBy: 'reconcile',
    told: ({ host, wireguardDevice }) =>
      `${host}: give the hub's present address to ${wireguardDevice} (wg set ${wireguardDevice} peer <key of the hub> endpoint <address:port>)`,
  },
  'port-blocked': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host }) => `the firewall between ${host} and the hub: let the WireGuard port through in both directions`,
  },
  'endpoint-unroutable': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: an endpoint leads into the tunnel itself, to an address that peers cannot reach, or to a port where nobody listens`,
  },
  'tunnel-address-missing': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host, wireguardDevice }) =>
      `${host}: ${wireguardDevice} lost its address; give it back as its configuration says (systemctl restart wg-quick@${wireguardDevice}) and find what took it`,
  },
  'clock-behind': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: its clock is behind; set it before WireGuard starts, and make its peer anew on the hub`,
  },

  // Flannel's own WireGuard
  'flannel-interface-missing': { class: 'tunnel-down', mendedBy: 'restart-agent', told: makeAgain },
  'flannel-interface-down': { class: 'tunnel-down', mendedBy: 'reconcile', told: makeAgain },
  'flannel-key-unannounced': { class: 'tunnel-down', mendedBy: 'restart-agent', told: makeAgain },
  'flannel-peer-key-stale': { class: 'tunnel-down', mendedBy: 'reconcile', told: makeAgain },
  'flannel-peer-missing': { class: 'tunnel-down', mendedBy: 'reconcile', told: makeAgain },
  'flannel-daemon-hung': {
    class: 'tunnel-down',
    mendedBy: 'person',
    told: ({ host, flannelDevice }) =>
      `${host}: the userspace WireGuard of ${flannelDevice} hangs; end it (kill -9) and restart flanneld`,
  },

  // One direction of the tunnel
  'nat-mapping-expired': {
    class: 'one-way-nat',
    mendedBy: 'reconcile',
    told: ({ host, wireguardDevice }) =>
      `${host}: set PersistentKeepalive = 25 for the hub in /etc/wireguard/${wireguardDevice}.conf, and look at how long the NAT keeps a UDP mapping`,
  },
  'nat-rebound': {
    class: 'one-way-nat',
    mendedBy: 'reconcile',
    told: ({ host, wireguardDevice }) =>
      `${host}: its NAT gave it another address or port; set PersistentKeepalive = 25 for the hub in /etc/wireguard/${wireguardDevice}.conf`,
  },
  'endpoint-pinned': {
    class: 'one-way-nat',
    mendedBy: 'person',
    told: ({ host, publicIp }) =>
      `${host}: something sets the endpoint of ${publicIp} again and again; take the static Endpoint of this peer out of its configuration`,
  },
  'endpoint-reset-by-somebody': {
    class: 'one-way-nat',
    mendedBy: 'person',
    told: ({ host, flannelDevice, publicIp }) =>
      `${host}: something sets the endpoint of ${publicIp} on ${flannelDevice} back again and again, so none is set here; look at what flanneld there takes for the node's address (--node-external-ip, --flannel-external-ip), and restart it`,
  },
  'inbound-filtered': {
    class: 'one-way-nat',
    mendedBy: 'reconcile',
    told: ({ host }) => `the firewall before ${host}: let UDP from the hub's port in`,
  },
  'outbound-filtered': {
    class: 'one-way-nat',
    mendedBy: 'person',
    told: ({ host }) => `the firewall before ${host}: let UDP to the hub's port out`,
  },
  'reverse-path-filtered': {
    class: 'one-way-nat',
    mendedBy: 'person',
    told: ({ host }) => `${host}: strict reverse path filtering drops what comes in; set rp_filter to 2 on the device`,
  },

  // Missing routes and AllowedIPs
  'ip-forward-off': {
    class: 'missing-route',
    mendedBy: 'reconcile',
    told: ({ host, forwardingKey }) =>
      `${host}: sysctl -w ${forwardingKey}=1, and find what sets it to 0 (a hardening profile, /etc/sysctl.d)`,
  },
  'allowed-ips-missing': { class: 'missing-route', mendedBy: 'reconcile', told: wirePort },
  'allowed-ips-stolen': {
    class: 'missing-route',
    mendedBy: 'reconcile',
    told: ({ host, wireguardDevice, publicIp }) =>
      `${host}: two peers of ${wireguardDevice} claim ${publicIp}; take it out of the wrong peer's AllowedIPs in its configuration`,
  },
  'tunnel-route-missing': { class: 'missing-route', mendedBy: 'reconcile', told: wirePort },
  'peer-pod-route-missing': { class: 'missing-route', mendedBy: 'reconcile', told: programAgain },
  'pod-route-escaped': {
    class: 'missing-route',
    mendedBy: 'reconcile',
    told: ({ host }) => `${host}: take away the route that leads pods elsewhere (ip route), and what makes it`,
  },
  'pod-cidr-overlap': {
    class: 'missing-route',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: a network that it uses lies inside a pod CIDR, as said above; give one of the two another range (its route is not taken away)`,
  },
  'cloud-route-missing': { class: 'missing-route', mendedBy: 'cloud-route', told: ({ cloudChange }) => cloudChange },
  'cloud-path-blocked': { class: 'missing-route', mendedBy: 'person', told: ({ cloudChange }) => cloudChange },
  'policy-route': {
    class: 'missing-route',
    mendedBy: 'person',
    told: ({ host }) => `${host}: a rule of \`ip rule\` takes the overlay's packets, or one that they need is gone`,
  },
  'source-address-wrong': {
    class: 'missing-route',
    mendedBy: 'person',
    told: ({ host }) => `${host}: its routes to the pods name a source that their answers do not reach (ip route, src)`,
  },
  'forwarding-off-on-device': {
    class: 'missing-route',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: forwarding is off on one device (sysctl net.ipv4.conf.<device>.forwarding); find what sets it`,
  },

  // Flannel's VXLAN device and its tables
  'device-missing': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: programAgain },
  'device-down': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: findWhoChanges('sets it down') },
  'wrong-mac': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: findWhoChanges('changes its MAC address') },
  'wrong-vni': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: programAgain },
  'wrong-port': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: programAgain },
  'wrong-local': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: programAgain },
  'route-escaped': {
    class: 'vxlan-wedge',
    mendedBy: 'reconcile',
    told: ({ host }) => `${host}: take away the route that leads pods elsewhere (ip route), and what makes it`,
  },
  'fdb-missing': {
    class: 'vxlan-wedge',
    mendedBy: 'reconcile',
    told: findWhoChanges('flushes its forwarding entries'),
  },
  'fdb-wrong': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: programAgain },
  'neighbour-wrong': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: programAgain },
  'neighbour-missing': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: programAgain },
  'recreated-empty': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: programAgain },
  'link-bounced': { class: 'vxlan-wedge', mendedBy: 'reconcile', told: findWhoChanges('sets it down and up') },
  'address-missing': {
    class: 'vxlan-wedge',
    mendedBy: 'reconcile',
    told: findWhoChanges('takes its address away'),
  },

  // Sizes
  'device-mtu-too-large': {
    class: 'mtu-black-hole',
    mendedBy: 'reconcile',
    told: ({ host, oversizedDevice, carriedBytes }) =>
      `${host}: lower the MTU of ${oversizedDevice} to ${carriedBytes ?? 'what its way out carries in one piece'}`,
  },
  'path-mtu-lowered': {
    class: 'mtu-black-hole',
    mendedBy: 'reconcile',
    told: ({ host, oversizedDevice, carriedBytes }) =>
      carriedBytes === null
        ? `${host}: find what its path carries (restitch mtu --probed N) and lower the MTU of ${oversizedDevice} to it`
        : `${host}: lower the MTU of ${oversizedDevice} to ${carriedBytes}, which is what the path carries`,
  },
  'cached-mtu': {
    class: 'mtu-black-hole',
    mendedBy: 'reconcile',
    told: ({ host }) => `${host}: ip route flush cache; the kernel keeps a path MTU that is over`,
  },

  // Filters and losses
  'vxlan-port-filtered': { class: 'overlay-blocked', mendedBy: 'person', told: openPort('UDP 8472') },
  'flannel-port-filtered': { class: 'overlay-blocked', mendedBy: 'person', told: openPort('UDP of flannel’s port') },
  'forward-dropped': {
    class: 'overlay-blocked',
    mendedBy: 'person',
    told: ({ host }) => `${host}: let packets of the pod network through the FORWARD chain`,
  },
  'only-icmp-passes': {
    class: 'overlay-blocked',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: its firewall forwards ICMP and refuses the rest; put the pod network's devices into a zone that accepts (firewalld: trusted; ufw: allow routed)`,
  },
  'checksum-offload': {
    class: 'overlay-blocked',
    mendedBy: 'reconcile',
    told: ({ host, flannelDevice }) =>
      `${host}: ethtool -K ${flannelDevice} tx-checksum-ip-generic off (install ethtool where it is missing), and a udev rule that does so at boot; where it is off already, look at the offloads of the card below`,
  },
  'lossy-path': {
    class: 'overlay-blocked',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: packets of every size are lost there; look at its line, at the counter that grew, and whether its table of connections is full (net.netfilter.nf_conntrack_max)`,
  },

  // Programs that a node needs for its pods
  'kubelet-down': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) => `${host}: the kubelet is down or hangs; restart it`,
  },
  'kubelet-firewalled': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) => `${host}: let TCP 10250 from the control plane in`,
  },
  'subnet-env-missing': {
    class: 'node-agent',
    mendedBy: 'restart-agent',
    told: ({ host }) => `${host}: restart flanneld, which writes /run/flannel/subnet.env`,
  },
  'subnet-env-stale': {
    class: 'node-agent',
    mendedBy: 'restart-agent',
    told: ({ host }) =>
      `${host}: restart flanneld, which writes /run/flannel/subnet.env again, then restart the pods whose address is outside the node's pod CIDR`,
  },
  'pod-subnet-exhausted': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: addresses of dead pods are still given out under /var/lib/cni/networks; remove those that no pod holds`,
  },
  'flanneld-stopped': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) => `${host}: flanneld does not run; look at its pod or service`,
  },
  'stale-flow': {
    class: 'node-agent',
    mendedBy: 'reconcile',
    told: ({ host }) =>
      `${host}: its kernel sends packets of UDP to a pod that is gone, as said above; forget those flows (conntrack -D -p udp -r <address of that pod>; install conntrack where it is missing), and find the rule that still leads there`,
  },
  'address-foreign': {
    class: 'node-agent',
    mendedBy: 'reconcile',
    told: ({ host }) =>
      `${host}: a device has an address that flannel did not give it, as said above; take it away (ip addr del), and start pods of an old pod network again`,
  },
  'own-route-shadowed': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) => `${host}: the way to its own pods does not lead to its bridge (ip route get)`,
  },
  'leftover-cni': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: another CNI configuration gives pods addresses; remove it from /etc/cni/net.d and start those pods again`,
  },
  'service-rules-missing': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: bring back what is missing, as said above: restart kube-proxy and flanneld (k3s and RKE2: the agent’s service), or set net.bridge.bridge-nf-call-iptables to 1 (modprobe br_netfilter) now and in /etc/sysctl.d; where firewalld runs, turn it off or set FlushAllOnReload=no, so that it does not flush them again`,
  },
  'pods-cut-off': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) => `${host}: its pods are cut off from the host itself; look at the bridge and its ports`,
  },
  'module-missing': {
    class: 'node-agent',
    mendedBy: 'person',
    told: ({ host }) => `${host}: its kernel cannot load a module that the overlay needs; install it or reboot`,
  },

  // No fault, or none that is known
  'all-paths-pass': { class: 'healthy', mendedBy: 'nobody', told: () => 'nothing: the pod network works' },
  'no-rule-fits': {
    class: 'unknown',
    mendedBy: 'person',
    told: ({ host }) =>
      `${host}: no rule explains what was measured; keep it with \`restitch diagnose --node ${host} --save FILE\` and look at the lost paths`,
  },
} as const satisfies Readonly<Record<string, Cause>> & Readonly<Record<DriftCause, Cause>>;

export type CauseName = keyof typeof causes;

export function isCauseName(text: string): text is CauseName {
  return Object.hasOwn(causes, text);
}

/** What is known of a cause. */
export function causeOf(name: CauseName): Cause {
  return causes[name];
}
