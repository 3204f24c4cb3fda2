import type { HostReading } from '../../../core/evidence/evidence.ts';
import { findNode } from '../../../core/evidence/fleet-map.ts';
import { foreignHost } from '../../../core/evidence/host-identity.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import { formatProbes, type ProbeTarget } from '../../../core/probe/probe-plan.ts';
import type { InstanceLookup } from '../../../core/runbook/node-command.ts';
import type { Cluster } from '../../../core/safety/cluster.ts';
import type { RunbookSettings } from '../settings.ts';
import { type Parsed, parseNodeEvidence } from './parse-output.ts';
import { type CommandPorts, readOnlyCommand } from './read-only-command.ts';

/** A host that is asked, and what Systems Manager knows about its instance. */
export interface Host {
  readonly role: HostReading['role'];
  readonly name: string;
  readonly lookup: InstanceLookup;
}

export interface HostContext {
  readonly ports: CommandPorts & { readonly cluster: Cluster };
  readonly settings: RunbookSettings;
  readonly purpose: string;
  /** Every Node object of the cluster: a host must answer as the one that it was asked as. */
  readonly nodes: readonly NodeObject[];
  /** The device of the overlay that the target is part of. */
  readonly flannelDevice: string | null;
  /** The same for IPv6, where the target has a second pod network. */
  readonly second: { readonly network: ExpectedNetwork; readonly flannelDevice: string | null } | undefined;
}

/** What a host is asked to send, and which WireGuard peers it must not leave out. */
export interface ProbeOrder {
  readonly targets: readonly ProbeTarget[];
  /** Tunnel addresses and public keys. */
  readonly focus: readonly string[];
  /** IPv4 addresses; the host says how packets to them leave it now. */
  readonly ways?: readonly string[];
}

/** The document itself ends within 10 s on a broken node; the rest is Run Command's own delay. */
const DIAGNOSE_TIMEOUT_SECONDS = 45;

/** Names no device: an overlay without one of its own has routes alone. */
const NO_DEVICE = 'none';

/** What is read of a host without probes. */
export interface ReadOrder {
  readonly focus: readonly string[];
  /** IPv4 addresses; the host says how packets to them would leave it. */
  readonly ways: readonly string[];
}

/** Reads one host's kernel without a probe. */
export async function readHost(host: Host, order: ReadOrder, context: HostContext): Promise<HostReading> {
  const result = await diagnoseOn(host, '', { targets: [], ...order }, context);
  const passive =
    result.type === 'parsed'
      ? { status: 'read' as const, evidence: result.value }
      : { status: 'unreachable' as const, reason: result.why };
  const { lookup } = host;
  const asked = lookup.type === 'found' ? { instance: lookup.instanceId } : {};
  return { host: host.name, role: host.role, ...asked, passive, runs: [] };
}

/** Probes from a host that could be read. A host that could not keeps its reading, and is not asked. */
export async function probeHost(
  host: Host,
  reading: HostReading,
  order: ProbeOrder,
  context: HostContext,
): Promise<HostReading> {
  if (reading.passive.status !== 'read' || order.targets.length === 0) return reading;
  const result = await diagnoseOn(host, `-probe${reading.runs.length + 1}`, { ways: [], ...order }, context);
  if (result.type === 'invalid') return reading;
  const { collectedAt, probes, wireguard, flannelWireGuard, kubelet, counters, ways, flows } = result.value;
  const own = flannelWireGuard === null ? {} : { flannelWireGuard };
  const run = {
    collectedAt,
    probes,
    wireguard,
    ...own,
    kubelet,
    counters,
    ...(flows === undefined ? {} : { flows }),
    ...(order.ways === undefined ? {} : { ways }),
  };
  return { ...reading, runs: [...reading.runs, run] };
}

async function diagnoseOn(
  { name, lookup, role }: Host,
  suffix: string,
  { targets, focus, ways }: ProbeOrder & ReadOrder,
  { settings, purpose, ports, flannelDevice, second, nodes }: HostContext,
): Promise<Parsed<NodeEvidence>> {
  if (lookup.type !== 'found') return { type: 'invalid', why: lookup.reason };
  if (lookup.agent.status !== 'online') return { type: 'invalid', why: `SSM agent is ${lookup.agent.status}` };
  const reading = await readOnlyCommand(ports, {
    document: 'diagnose',
    instanceId: lookup.instanceId,
    parameters: {
      ...(flannelDevice === null ? {} : { flannelDevice }),
      ...(second === undefined ? {} : { flannelDeviceV6: second.flannelDevice ?? NO_DEVICE }),
      wireguardDevice: settings.wireguardDevice,
      probes: formatProbes(targets),
      focus: focus.join(','),
      ways: ways.join(','),
      kubeletPort: String(settings.kubeletPort),
    },
    operationKey: `${purpose}.${role}${suffix}`,
    timeoutSeconds: DIAGNOSE_TIMEOUT_SECONDS,
  });
  if (reading.type !== 'printed') return { type: 'invalid', why: reading.reason };
  return ofHost(name, parseNodeEvidence(reading.stdout), nodes);
}

/** What another host answered is not the evidence of this one. */
function ofHost(name: string, answer: Parsed<NodeEvidence>, nodes: readonly NodeObject[]): Parsed<NodeEvidence> {
  const node = findNode(nodes, name);
  const why = answer.type === 'parsed' && node !== undefined ? foreignHost(node, answer.value, nodes) : undefined;
  return why === undefined ? answer : { type: 'invalid', why };
}
