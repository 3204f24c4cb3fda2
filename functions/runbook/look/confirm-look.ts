import type { Target } from '../../../core/alert/target.ts';
import { type Evidence, type HostReading, leavesOf, measuredBy } from '../../../core/evidence/evidence.ts';
import { readyStatus } from '../../../core/evidence/fleet-map.ts';
import { ipv6Readings } from '../../../core/evidence/ipv6-view.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { openQuestion } from '../../../core/probe/open-question.ts';
import { formatProbes } from '../../../core/probe/probe-plan.ts';
import type { LeaseAges } from '../../../core/safety/stale-leases.ts';
import type { RunbookSettings } from '../settings.ts';
import type { EvidencePorts } from './collect-evidence.ts';
import { beyondHub, type Measured, sendersIn } from './measure.ts';
import { type PreparedLook, prepareLook, toEvidence } from './prepare-look.ts';
import { keysOf } from './probe-again.ts';
import { readHostsAgain, type Sender } from './read-host.ts';
import { readRouteTables } from './read-route-tables.ts';

/**
 * A look that can only confirm that the network passes, in two rounds of commands instead of three: each host is read whole by the
 * command with which it probes, and whom it probes follows from the `earlier` look. The hub sends first, as in every look.
 * Undefined: something was lost, not read or left open, so a whole look has to tell what and why. Where it was the hub's packets,
 * nobody beyond the hub has sent anything yet, so a stale NAT endpoint is still there for that look to find. `listed`: the Node objects as
 * they are now.
 */
export async function confirmLook(
  target: Target,
  purpose: string,
  ports: EvidencePorts,
  settings: RunbookSettings,
  earlier: Evidence,
  listed: readonly NodeObject[],
): Promise<Evidence | undefined> {
  if (leavesOf(earlier).length > 0) return undefined;
  const prepared = await prepareLook(listed, target, { purpose, ports, settings });
  if (prepared === undefined || !isSameLook(prepared, earlier)) return undefined;
  const [measured, routeTables, leaseAges] = await Promise.all([
    measureAgain(prepared, earlier),
    readRouteTables(ports.cloudRoutes),
    readLeaseAges(prepared, ports),
  ]);
  if (measured === undefined) return undefined;
  const { inventory, inventoryUnusable } = earlier;
  const told = {
    routeTables: [...routeTables],
    ...(inventory === undefined ? {} : { inventory }),
    ...(inventoryUnusable === undefined ? {} : { inventoryUnusable }),
  };
  return toEvidence(target, prepared, { ...measured, leaseAges }, told);
}

/**
 * Of a node that is Ready the leases decide nothing: the node controller has just seen its lease renewed, the kubelet itself is asked
 * in the same look, and how many nodes are unheard of is in the Node objects.
 */
async function readLeaseAges({ node }: PreparedLook, { cluster, clock }: EvidencePorts): Promise<LeaseAges> {
  return readyStatus(node) === 'True' ? 'unknown' : cluster.listLeaseAges(clock());
}

/** The same hosts on the same instances, and all of them were read. */
function isSameLook({ node, hosts }: PreparedLook, { target, readings }: Evidence): boolean {
  return (
    node.metadata.name === target.node &&
    hosts.length === readings.length &&
    hosts.every(({ name, role, lookup }) => {
      const reading = readings.find((each) => each.host === name && each.role === role);
      return measuredBy(reading) !== undefined && lookup.type === 'found' && lookup.instanceId === reading?.instance;
    })
  );
}

async function measureAgain(
  { node, nodes, hosts, network, order, context }: PreparedLook,
  { readings: passive }: Evidence,
): Promise<Measured | undefined> {
  const name = node.metadata.name;
  const before = { node, nodes, hosts, network, passive, focus: order.focus, leaves: [] };
  const whole = { ...order, focus: [...order.focus, ...keysOf(passive)] };
  const hub = sendersIn(['hub'], passive, before, context);
  const others = sendersIn(beyondHub, passive, before, context);
  const [fromHub, kubelet] = await Promise.all([
    readHostsAgain(hub, whole, context),
    context.ports.cluster.probeKubelet(name),
  ]);
  if (!fromHub.every(passes)) return undefined;
  const found = [...fromHub, ...(await readHostsAgain(others, whole, context))];
  const readings = hosts.flatMap((host) => found.find((each) => each.host === host.name) ?? []);
  if (readings.length < hosts.length || !readings.every(passes)) return undefined;
  const isOpen = openQuestion(readings, name) !== 'none' || openQuestion(ipv6Readings(readings), name) !== 'none';
  const wanted = sendersIn(['hub', ...beyondHub], readings, { ...before, passive: readings }, context);
  return isOpen || !wereSent(wanted, [...hub, ...others]) ? undefined : { readings, kubelet };
}

/** It could be read, and everything that it sent was answered. */
function passes(reading: HostReading): boolean {
  const probes = reading.runs.flatMap((run) => run.probes);
  return measuredBy(reading) !== undefined && probes.length > 0 && probes.every(({ received }) => received > 0);
}

/** A repair may have changed what full size is, and new differences call for other peers: what would be sent now was sent. */
function wereSent(wanted: readonly Sender[], sent: readonly Sender[]): boolean {
  return wanted.every(({ host, targets }) => {
    const done = sent.find((each) => each.host === host)?.targets.map((target) => formatProbes([target])) ?? [];
    return targets.every((target) => done.includes(formatProbes([target])));
  });
}
