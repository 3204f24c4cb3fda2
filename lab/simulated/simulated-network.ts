import * as z from 'zod';

/** A network device. `kind` is the rtnl kind; plain Ethernet is `device`. */
export const SimulatedLink = z
  .object({
    name: z.string(),
    kind: z.enum(['device', 'vxlan', 'wireguard', 'bridge']),
    up: z.boolean(),
    mtuBytes: z.int(),
    mac: z.string().nullable(),
    txChecksum: z.enum(['on', 'off']).optional().describe('tx-checksum-ip-generic; absent: on'),
    vxlan: z.object({ vni: z.int(), port: z.int(), local: z.string(), dev: z.string() }).readonly().nullable(),
  })
  .readonly();

/** One row of a routing table. `kernel`: made by an address, comes back with the link. */
export const SimulatedRoute = z
  .object({
    destination: z.string().describe('"default" or CIDR'),
    via: z.string().nullable(),
    dev: z.string(),
    onlink: z.boolean(),
    kernel: z.boolean(),
    source: z.string().nullable(),
    mtuBytes: z.int().nullable(),
    metric: z.int().nullable(),
  })
  .readonly();

export const SimulatedPeer = z
  .object({
    publicKey: z.string(),
    endpoint: z.string().nullable(),
    allowedIps: z.array(z.string()).readonly(),
    latestHandshakeAt: z.int(),
    keepaliveSeconds: z.int(),
  })
  .readonly();

export const SimulatedHost = z
  .object({
    name: z.string(),
    links: z.array(SimulatedLink).readonly(),
    addresses: z.array(z.object({ dev: z.string(), cidr: z.string() }).readonly()).readonly(),
    neighbours: z
      .array(z.object({ ip: z.string(), dev: z.string(), mac: z.string(), state: z.string() }).readonly())
      .readonly(),
    fdb: z.array(z.object({ mac: z.string(), dev: z.string(), dst: z.string() }).readonly()).readonly(),
    routes: z.array(SimulatedRoute).readonly(),
    wireguard: z
      .object({
        interface: z.string(),
        privateKey: z.string(),
        publicKey: z.string(),
        listenPort: z.int(),
        peers: z.array(SimulatedPeer).readonly(),
      })
      .readonly()
      .nullable(),
    sysctls: z.record(z.string(), z.int()).readonly(),
  })
  .readonly();

/** The kernels of every host of a simulated fleet. */
export const SimulatedNetwork = z.array(SimulatedHost).readonly();

export type SimulatedLink = z.infer<typeof SimulatedLink>;
export type SimulatedRoute = z.infer<typeof SimulatedRoute>;
export type SimulatedPeer = z.infer<typeof SimulatedPeer>;
export type SimulatedHost = z.infer<typeof SimulatedHost>;
export type SimulatedNetwork = z.infer<typeof SimulatedNetwork>;

export function findHost(network: SimulatedNetwork, name: string): SimulatedHost {
  const host = network.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no host of the fleet is called ${name}`);
  return host;
}
