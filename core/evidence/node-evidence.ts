import * as z from 'zod';
import { ServiceRules } from './service-rules.ts';

/**
 * The version of one host's reading. Within a version facts are only added, never changed or removed, and each added fact
 * is optional: a reading without it was made by an older script, and nothing is concluded from its absence (`sees`). So
 * stored evidence stays readable, and evidence of a newer script is readable here: what is not known is dropped.
 *
 * What the read-only `diagnose` document measured on one host. Raw readings, no judgement: the spelling of addresses is
 * the kernel's, times are the host's own clock. Rows are tuples, because a node of a large fleet has one of each per peer
 * and Run Command returns at most 24,000 characters.
 */
export const NODE_EVIDENCE_SCHEMA = 'restitch/node-evidence/1';

/** `ip -d link`: only devices of the overlay stack (WireGuard, VXLAN, bridge, the default route's device). */
const Link = z.object({
  name: z.string(),
  kind: z.string().describe('rtnl kind: vxlan, wireguard, tun (userspace WireGuard), bridge, veth, or device'),
  up: z.boolean().describe('IFF_UP, the administrative state'),
  mtuBytes: z.int(),
  mac: z.string().nullable(),
  vxlan: z
    .object({
      vni: z.int(),
      port: z.int(),
      local: z.string().nullable(),
      dev: z.string().nullable(),
      learning: z.boolean(),
    })
    .nullable(),
});

const WireGuardPeer = z.object({
  publicKey: z.string(),
  endpoint: z.string().nullable().describe('address:port, IPv6 in brackets; null when none is known'),
  allowedIps: z.array(z.string()),
  latestHandshakeAt: z.int().describe('epoch seconds on the host; 0 = never'),
  receivedBytes: z.int(),
  sentBytes: z.int(),
  keepaliveSeconds: z.int().describe('0 = off'),
});

/** `wg show <interface> dump` without the private key and the preshared keys: those never leave the host. */
const WireGuard = z.object({
  interface: z.string(),
  publicKey: z.string().nullable(),
  listenPort: z.int().nullable(),
  peers: z.array(WireGuardPeer),
});

/**
 * One ping series with don't-fragment set, or one TCP connection. Sizes are the ICMP payload (`ping -s`): the IPv4 packet is
 * 28 longer.
 *
 * - `echo`: there and back at this size.
 * - `hop`: the packet expires at the first router behind the peer, which answers with a small "time exceeded": only the
 *   way there must carry the size. `received` counts those answers.
 * - `search`: the largest size up to `payloadBytes` that comes back, in steps of WireGuard's 16-byte padding.
 * - `connect`: a TCP connection to port `payloadBytes`. Accepted or refused, `received` is 1: both are answers.
 *
 * `sent` is what ping counted, and where the kernel had no way to the address, what was to be sent. A ping that was killed
 * before it sent anything has `sent` 0: nothing was measured. Searches count nothing.
 */
const Probe = z.object({
  name: z.string(),
  address: z.string(),
  payloadBytes: z.int(),
  mode: z.enum(['echo', 'hop', 'search', 'connect']),
  sent: z.int(),
  received: z.int(),
  rttMs: z.number().nullable().describe('mean'),
  rttMaxMs: z.number().optional(),
  tooLong: z.boolean().describe('the kernel or a router answered "message too long" / "frag needed"'),
  foundPayloadBytes: z.int().nullable().describe('of a search; null: nothing came back'),
});

/** `ip route get`: how a packet to an address leaves the host. */
const Way = z.object({
  address: z.string(),
  device: z.string().nullable().describe('null: there is no way'),
  gateway: z.string().nullable(),
  source: z.string().nullable(),
  table: z.string().nullable().describe('null: the main table'),
  cachedMtuBytes: z.int().describe('a path MTU that the kernel learned from a router; 0: none'),
  expiresSeconds: z.int().optional().describe('until it forgets that; absent: there is none'),
});

const Neighbours = z.array(z.tuple([z.string(), z.string().nullable(), z.string()]));

const Forwardings = z.array(z.tuple([z.string(), z.string()]));

const Routes = z.array(
  z.tuple([
    z.string(),
    z.string().nullable(),
    z.string(),
    z.boolean(),
    z.int(),
    z.string().optional(),
    z.string().nullable().optional(),
    z.string().nullable().optional(),
    z.int().optional(),
  ]),
);

const Flows = z.array(z.tuple([z.string(), z.string(), z.string(), z.int()]));

export const NodeEvidence = z.object({
  schema: z.literal(NODE_EVIDENCE_SCHEMA),
  hostname: z.string(),
  collectedAt: z.int().describe('epoch seconds on the host'),
  links: z.array(Link),
  addresses: z.array(z.tuple([z.string(), z.string()])).describe('[device, address/prefix]'),
  neighbours: Neighbours.describe('of flannel’s device: [address, lladdr | null, state]'),
  fdb: Forwardings.describe('of flannel’s device: [lladdr, destination]'),
  routes: Routes.describe(
    'main table: [destination ("default" or CIDR), gateway | null, device, onlink, mtu (0 = none), ' +
      'protocol ("boot" where none is printed), scope | null, source | null, metric (0 = none)]; absent: not collected',
  ),
  wireguard: WireGuard.nullable().describe('read after the probes'),
  flannelWireGuard: WireGuard.nullable().describe('the same of flannel’s own device, when that is a WireGuard one'),
  ipv6: z
    .object({
      neighbours: Neighbours,
      fdb: Forwardings,
      routes: Routes,
      flannelWireGuard: WireGuard.nullable(),
      pods: z
        .object({ addresses: z.array(z.string()), silent: z.array(z.string()) })
        .optional()
        .describe('as in `pods`: at most 2 neighbours of each bridge, and at most 2 more that host-local gave out'),
    })
    .optional()
    .describe(
      'the same tables of IPv6 and of the device that flannel has for it, where they were asked for. What could not be read of ' +
        'them is in `unseen` as "ipv6-fdb" and so on',
    ),
  sysctls: z
    .record(z.string(), z.int())
    .describe(
      'e.g. net.ipv4.ip_forward, net.ipv4.conf.wg0.rp_filter; a key that this kernel does not have, or that was not asked for, ' +
        'is left out',
    ),
  subnetEnv: z
    .object({
      network: z.string(),
      subnet: z.string(),
      mtuBytes: z.int(),
      masquerades: z
        .boolean()
        .optional()
        .describe('FLANNEL_IPMASQ: flannel itself masquerades what pods send elsewhere'),
    })
    .nullable()
    .describe('/run/flannel/subnet.env'),
  pods: z
    .object({
      addresses: z
        .array(z.string())
        .describe(
          'addresses behind a bridge that answer this host, not only of pods: at most 4 neighbours of each bridge, and at ' +
            'most 8 more that host-local gave out. Others were not asked',
        ),
      silent: z
        .array(z.string())
        .optional()
        .describe('of the addresses that host-local gave out, those that were asked and do not answer this host'),
      mtus: z.array(z.tuple([z.int(), z.int()])).describe('[mtuBytes, devices] of the bridged veth pairs'),
      allocated: z.int().nullable().describe('addresses that host-local IPAM gave out; null: it keeps none here'),
      veths: z.int().optional().describe('veth pairs that are attached to a bridge: each is a pod with a network'),
      networks: z
        .array(z.string())
        .optional()
        .describe('networks of host-local that gave out addresses: the folders of /var/lib/cni/networks'),
      vethsDown: z.int().optional().describe('of these, those whose end on the host is down'),
    })
    .describe('what lives behind the bridges'),
  agents: z.array(z.string()).describe('running: flanneld, k3s-server, k3s-agent, rke2, kubelet, kube-proxy'),
  kubelet: z
    .object({
      listening: z.boolean(),
      unheard: z.boolean().describe('callers are connected and nobody takes their call'),
    })
    .describe('its TCP port on the host itself, read after the probes'),
  probes: z.array(Probe),
  rules: z
    .array(z.tuple([z.int(), z.string()]))
    .optional()
    .describe('policy rules for IPv4 besides the three of the kernel: [priority, selector and action as printed]'),
  ways: z
    .array(Way)
    .optional()
    .describe('what the kernel answers to `ip route get` for the addresses it was asked about, policy rules included'),
  counters: z
    .record(z.string(), z.int())
    .optional()
    .describe(
      'read after the probes; growing, e.g. Udp.InErrors, TcpExt.IPReversePathFilter, link.wg0.rx_dropped, ' +
        'conntrack.drop, neighbours.table_fulls, softnet.dropped; but conntrack.count is the number of entries now',
    ),
  kernel: z
    .object({
      release: z.string().describe('uname -r'),
      modules: z
        .record(z.string(), z.enum(['loaded', 'loadable', 'missing']))
        .describe('vxlan, wireguard, br_netfilter; without modprobe only those in use are known'),
    })
    .optional(),
  machineId: z.string().optional().describe('/etc/machine-id, as the Node object reports it'),
  netConf: z
    .object({
      backend: z.string().nullable(),
      port: z.int().nullable(),
      vni: z.int().nullable(),
      directRouting: z.boolean().nullable(),
      mtuBytes: z.int().nullable(),
    })
    .optional()
    .describe('flannel’s net-conf.json where the host has one (k3s, RKE2); null: not set there'),
  cniFiles: z.array(z.string()).optional().describe('names of the configurations in /etc/cni/net.d'),
  txChecksum: z
    .enum(['on', 'off', 'fixed'])
    .optional()
    .describe('tx-checksum-ip-generic of flannel’s own device; absent too where the host has no ethtool'),
  flows: Flows.optional().describe(
    'read after the probes: UDP that nobody answers, translated to an address of the node’s pods that no pod has: ' +
      '[source:port, destination:port, that address, seconds until the kernel forgets it]. At most 8, from private addresses ' +
      'only; absent: not looked at',
  ),
  serviceRules: ServiceRules.optional().describe('absent too where the host has no program that lists them (nft)'),
  unseen: z
    .array(z.object({ what: z.string(), why: z.string() }))
    .describe('what could not be measured: "wireguard" because "wg: not found", "fdb" because "timeout" …'),
});

export type NodeEvidence = z.infer<typeof NodeEvidence>;
export type Link = NodeEvidence['links'][number];
export type WireGuardPeer = z.infer<typeof WireGuardPeer>;
export type Probe = NodeEvidence['probes'][number];
export type Way = z.infer<typeof Way>;
