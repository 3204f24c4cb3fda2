/**
 * What is probed, from the outermost layer inwards.
 *
 * - `underlay`: the peer's public IP, inside WireGuard on hybrid nodes.
 * - `vtep`: through the overlay to the peer's flannel device; `full`: with the largest packet that the sender's devices carry.
 * - `hop`, `fullhop`: the same two towards an unused pod address; the peer answers with a small "time exceeded", so that
 *   only the way there must carry the size.
 * - `pod`: the peer's cni0; `workload`: an address behind it, as pod traffic goes.
 * - `tcp`: a TCP connection through the overlay to the kubelet's port at the peer's flannel device.
 * - `podtcp`: a TCP connection to a pod at the kubelet's port number, where hardly a pod listens: its kernel refuses at once,
 *   which is an answer. Firewalls that forward only ICMP swallow it.
 * - `mtu`: the largest packet that comes back from the public IP.
 * - `underlay6`, `vtep6`, … : the same as without the 6, to the IPv6 addresses of a node that has a second pod network.
 */
export const probeKinds = [
  'underlay',
  'vtep',
  'full',
  'hop',
  'fullhop',
  'pod',
  'workload',
  'tcp',
  'podtcp',
  'mtu',
  'underlay6',
  'vtep6',
  'full6',
  'pod6',
  'workload6',
  'mtu6',
] as const;

export type ProbeKind = (typeof probeKinds)[number];

/** What must pass in both directions on a healthy node. Not every node has a workload to ping. */
export const everyLayer: readonly ProbeKind[] = ['underlay', 'vtep', 'full', 'pod'];
/**
 * Every layer that counts as lost when it was measured and failed. Not `tcp` and `podtcp`: a firewall may keep the kubelet's
 * port from other nodes on purpose, and a NetworkPolicy a pod's, so one lost connection says nothing about the pods' network.
 */
export const everyLayerAndWorkload: readonly ProbeKind[] = [...everyLayer, 'workload'];

/** What is measured of the second pod network, each with the kind that it is where that network is looked at by itself. */
export const ipv6Kinds = [
  { kind: 'underlay6', plain: 'underlay' },
  { kind: 'vtep6', plain: 'vtep' },
  { kind: 'full6', plain: 'full' },
  { kind: 'pod6', plain: 'pod' },
  { kind: 'workload6', plain: 'workload' },
  { kind: 'mtu6', plain: 'mtu' },
] as const satisfies readonly { readonly kind: ProbeKind; readonly plain: ProbeKind }[];

/** Kinds whose echoes are small: their loss says nothing about sizes. */
export const smallKinds: readonly ProbeKind[] = ['underlay', 'vtep', 'pod', 'workload'];

export function probeName(kind: ProbeKind, peer: string): string {
  return `${kind}-${peer}`;
}

/** Splits a probe's name again. Undefined when it is none of ours. */
export function parseProbeName(name: string): { readonly kind: ProbeKind; readonly peer: string } | undefined {
  const cut = name.indexOf('-');
  const kind = probeKinds.find((candidate) => candidate === name.slice(0, cut));
  const peer = name.slice(cut + 1);
  return kind === undefined || peer === '' ? undefined : { kind, peer };
}
