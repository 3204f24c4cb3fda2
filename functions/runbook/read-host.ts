import type { HostReading } from '../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../core/evidence/node-evidence.ts';
import { formatProbes, type ProbeTarget } from '../../core/evidence/probe-plan.ts';
import type { InstanceLookup } from '../../core/runbook/node-command.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import { type Parsed, parseNodeEvidence } from './parse-output.ts';
import { type CommandPorts, readOnlyCommand } from './read-only-command.ts';
import type { RunbookSettings } from './settings.ts';

/** A host that is asked, and what Systems Manager knows of its instance. */
export interface Host {
  readonly role: HostReading['role'];
  readonly name: string;
  readonly lookup: InstanceLookup;
}

interface HostContext {
  readonly ports: CommandPorts & { readonly cluster: Cluster };
  readonly settings: RunbookSettings;
  readonly purpose: string;
}

/** The document itself ends within 10 s on a broken node; the rest is Run Command's way there and back. */
const DIAGNOSE_TIMEOUT_SECONDS = 45;

/** Reads one host's kernel without sending a packet. */
export async function readHost(host: Host, context: HostContext): Promise<HostReading> {
  const result = await diagnoseOn(host, '', context);
  const { role, name } = host;
  return result.type === 'parsed'
    ? { host: name, role, passive: { status: 'read', evidence: result.value }, probes: null }
    : { host: name, role, passive: { status: 'unreachable', reason: result.why }, probes: null };
}

/** Probes from a host that could be read. Other hosts keep their reading: there is nobody to send from. */
export async function probeHost(
  host: Host,
  reading: HostReading,
  targets: readonly ProbeTarget[],
  context: HostContext,
): Promise<HostReading> {
  if (reading.passive.status !== 'read' || targets.length === 0) return reading;
  const result = await diagnoseOn(host, formatProbes(targets), context);
  return result.type === 'parsed' ? { ...reading, probes: result.value.probes } : reading;
}

async function diagnoseOn(host: Host, probes: string, context: HostContext): Promise<Parsed<NodeEvidence>> {
  const { lookup } = host;
  if (lookup.type === 'missing') return { type: 'invalid', why: lookup.reason };
  if (lookup.type === 'ambiguous')
    return { type: 'invalid', why: `several instances claim it: ${lookup.instanceIds.join(', ')}` };
  if (lookup.agent.status !== 'online') return { type: 'invalid', why: `SSM agent is ${lookup.agent.status}` };
  const { settings, purpose, ports } = context;
  const reading = await readOnlyCommand(ports, {
    document: 'diagnose',
    instanceId: lookup.instanceId,
    parameters: { vxlanDevice: settings.vxlanDevice, wireguardDevice: settings.wireguardDevice, probes },
    operationKey: `${purpose}.${host.role}${probes === '' ? '' : '-probe'}`,
    timeoutSeconds: DIAGNOSE_TIMEOUT_SECONDS,
  });
  return reading.type === 'printed' ? parseNodeEvidence(reading.stdout) : { type: 'invalid', why: reading.reason };
}
