import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { ActionReport } from '../../../core/repair/action-report.ts';
import type { DocumentName } from '../../../core/runbook/node-command.ts';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { builtScript } from '../node/built-script.ts';

export const VXLAN = 'flannel.1';

/** Runs a document on a host of a fleet as the agent does, and gives what it printed. */
export async function runDocument(
  fleet: Fleet,
  host: string,
  document: DocumentName,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const result = await fleet.exec(host, {
    argv: ['/bin/sh', '-c', builtScript(document)],
    env: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`SSM_${name}`, value])),
    timeoutMs: 50_000,
  });
  if (result.stdout === '') throw new Error(`${document} on ${host}: exit ${result.code}: ${result.stderr}`);
  return result.stdout;
}

export async function act(
  fleet: Fleet,
  host: string,
  document: DocumentName,
  parameters: Readonly<Record<string, string>>,
): Promise<ActionReport> {
  return ActionReport.parse(JSON.parse(await runDocument(fleet, host, document, parameters)));
}

export async function diagnose(fleet: Fleet, host: string, probes = ''): Promise<NodeEvidence> {
  const parsed = parseNodeEvidence(
    await runDocument(fleet, host, 'diagnose', {
      flannelDevice: VXLAN,
      wireguardDevice: 'wg0',
      probes,
      focus: '',
      ways: '10.0.1.10,10.42.0.1,10.200.0.11,10.42.11.0,10.42.11.1,10.200.0.12,10.42.12.1,10.0.2.20,10.42.1.1',
    }),
  );
  if (parsed.type === 'invalid') throw new Error(parsed.why);
  return parsed.value.evidence;
}

/** What the rules look at; the userspace WireGuard of the lab is of another kind, and Ethernet MACs are random. */
export function comparable(evidence: NodeEvidence) {
  const byText = (left: unknown, right: unknown) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);
  return {
    hostname: evidence.hostname,
    links: evidence.links
      .map(({ name, up, mtuBytes, vxlan, mac }) => ({ name, up, mtuBytes, vxlan, mac: name === VXLAN ? mac : null }))
      .toSorted(byText),
    addresses: evidence.addresses.filter(([, address]) => !address.startsWith('fe80:')).toSorted(byText),
    neighbours: evidence.neighbours.filter(([ip]) => !ip.startsWith('fe80:')).toSorted(byText),
    fdb: evidence.fdb.toSorted(byText),
    routes: evidence.routes.toSorted(byText),
    peers: evidence.wireguard?.peers
      .map(({ allowedIps, keepaliveSeconds }) => ({
        allowedIps: allowedIps.toSorted(),
        keepaliveSeconds,
      }))
      .toSorted(byText),
    subnetEnv: evidence.subnetEnv,
    rules: evidence.rules,
    ways: evidence.ways?.toSorted(byText),
    sysctls: Object.entries(evidence.sysctls)
      .filter(([key]) => key.startsWith('net.ipv4'))
      .toSorted(byText),
    kubelet: evidence.kubelet,
    unseen: evidence.unseen,
  };
}
