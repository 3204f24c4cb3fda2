import type { HostReading, ProbeRun } from '../../../core/evidence/evidence.ts';
import { findNode } from '../../../core/evidence/fleet-map.ts';
import { foreignHost } from '../../../core/evidence/host-identity.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { formatDigests, type TableDigests } from '../../../core/evidence/table-digests.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import { formatProbes, formatProbesOf, type ProbeTarget } from '../../../core/probe/probe-plan.ts';
import type { InstanceLookup } from '../../../core/runbook/node-command.ts';
import type { Cluster } from '../../../core/safety/cluster.ts';
import type { RunbookSettings } from '../settings.ts';
import { type HostAnswer, type Parsed, parseNodeEvidence } from './parse-output.ts';
import { type CommandPorts, type Reading, readOnlyCommand, readOnlyCommands } from './read-only-command.ts';

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
  /** What hosts compare their tables with, where they have more entries than they can print. */
  readonly digests: TableDigests | undefined;
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

/** What a host is asked that is read. */
export interface ReadOrder {
  readonly focus: readonly string[];
  /** IPv4 addresses; the host says how packets to them would leave it. */
  readonly ways: readonly string[];
}

/** A host, and what it is asked to send. */
export interface Asked {
  readonly host: Host;
  readonly targets: readonly ProbeTarget[];
}

/** A host that sends probes, with its reading so far. */
export interface Sender extends Asked {
  readonly reading: HostReading;
}

/**
 * Reads hosts whole, by one command. Who has something to send sends it then, once what packets change was read. Where a tunnel of it has
 * rested for a while it sends nothing, because its packet would change what others say of the tunnel: then it has no run.
 */
export async function readHosts(
  asked: readonly Asked[],
  order: ReadOrder,
  context: HostContext,
): Promise<readonly HostReading[]> {
  const answers = await diagnoseOn(asked, '', { ...order, whole: 'first' }, context);
  return asked.map(({ host }, index) => readingOf(host, answers[index]));
}

/** The same of hosts beside which nobody is read: they send in any case. */
export async function readHostsAgain(
  asked: readonly Asked[],
  order: ReadOrder,
  context: HostContext,
): Promise<readonly HostReading[]> {
  const answers = await diagnoseOn(asked, '-again', { ...order, whole: 'true' }, context);
  return asked.map(({ host }, index) => readingOf(host, answers[index]));
}

/** A host that nobody has asked. */
export function unread(host: Host): HostReading {
  return readingOf(host, undefined);
}

/** Probes from hosts that could be read, by one command: the `turn`th with probes. One that was not read, or has nobody to send to, is not asked. */
export async function probeHosts(
  senders: readonly Sender[],
  turn: number,
  order: Omit<ProbeOrder, 'targets'>,
  context: HostContext,
): Promise<readonly HostReading[]> {
  const asked = senders.filter(({ reading, targets }) => reading.passive.status === 'read' && targets.length > 0);
  const answers = await diagnoseOn(asked, `-probe${turn}`, order, context);
  return senders.map((sender) => {
    const result = answers[asked.indexOf(sender)];
    const { reading } = sender;
    if (result?.type !== 'parsed') return reading;
    return { ...reading, runs: [...reading.runs, runOf(result.value.evidence, order.ways !== undefined)] };
  });
}

function readingOf({ name, role, lookup }: Host, result: Parsed<HostAnswer> | undefined): HostReading {
  const asked = lookup.type === 'found' ? { instance: lookup.instanceId } : {};
  const reading = { host: name, role, ...asked };
  if (result?.type !== 'parsed')
    return {
      ...reading,
      passive: { status: 'unreachable', reason: result?.why ?? 'it was not asked' },
      runs: [],
    };
  const { evidence, before } = result.value;
  return {
    ...reading,
    passive: { status: 'read', evidence: before ?? evidence },
    runs: before === undefined ? [] : [runOf(evidence, false)],
  };
}

function runOf(measured: NodeEvidence, withWays: boolean): ProbeRun {
  const { collectedAt, probes, wireguard, flannelWireGuard, kubelet, counters, ways, flows } = measured;
  return {
    collectedAt,
    probes,
    wireguard,
    ...(flannelWireGuard === null ? {} : { flannelWireGuard }),
    kubelet,
    counters,
    ...(flows === undefined ? {} : { flows }),
    ...(withWays ? { ways } : {}),
  };
}

/** How much of a host `diagnose` reads: see its parameter. */
type Whole = 'true' | 'first' | 'false';

/** What each host answered, in the same order. */
async function diagnoseOn(
  asked: readonly Asked[],
  suffix: string,
  { focus, ways = [], whole = 'false' }: Omit<ProbeOrder, 'targets'> & { readonly whole?: Whole },
  context: HostContext,
): Promise<readonly Parsed<HostAnswer>[]> {
  const { settings, purpose, ports, flannelDevice, second, digests } = context;
  const reached = asked.flatMap(({ host, targets }) => {
    const { lookup } = host;
    return whyNotAsked(host) === undefined && lookup.type === 'found'
      ? [{ host, targets, instanceId: lookup.instanceId }]
      : [];
  });
  const [only, ...more] = reached;
  if (only === undefined) return asked.map(({ host }) => ({ type: 'invalid', why: whyNotAsked(host) ?? '' }));
  const command = {
    document: 'diagnose' as const,
    parameters: {
      ...(flannelDevice === null ? {} : { flannelDevice }),
      ...(second === undefined ? {} : { flannelDeviceV6: second.flannelDevice ?? NO_DEVICE }),
      wireguardDevice: settings.wireguardDevice,
      probes: more.length === 0 ? formatProbes(only.targets) : formatProbesOf(reached),
      focus: focus.join(','),
      ways: ways.join(','),
      whole,
      kubeletPort: String(settings.kubeletPort),
      ...(whole === 'false' || digests === undefined ? {} : { digests: formatDigests(digests) }),
    },
    operationKey: `${purpose}.${more.length === 0 ? only.host.role : 'all'}${suffix}`,
    timeoutSeconds: DIAGNOSE_TIMEOUT_SECONDS,
  };
  const readings =
    more.length === 0
      ? [await readOnlyCommand(ports, { ...command, instanceId: only.instanceId })]
      : await readOnlyCommands(ports, { ...command, instanceIds: reached.map(({ instanceId }) => instanceId) });
  return asked.map(({ host }) => {
    const reading = readings[reached.findIndex((each) => each.host === host)];
    return reading === undefined
      ? { type: 'invalid', why: whyNotAsked(host) ?? 'it was not asked' }
      : answerOf(host.name, reading, context);
  });
}

function whyNotAsked({ lookup }: Host): string | undefined {
  if (lookup.type !== 'found') return lookup.reason;
  return lookup.agent.status === 'online' ? undefined : `SSM agent is ${lookup.agent.status}`;
}

/** What another host answered is not the evidence of this one. */
function answerOf(name: string, reading: Reading, { nodes, digests }: HostContext): Parsed<HostAnswer> {
  if (reading.type !== 'printed') return { type: 'invalid', why: reading.reason };
  const answer = parseNodeEvidence(reading.stdout, digests);
  const node = findNode(nodes, name);
  const why =
    answer.type === 'parsed' && node !== undefined ? foreignHost(node, answer.value.evidence, nodes) : undefined;
  return why === undefined ? answer : { type: 'invalid', why };
}
