import type { Fault } from '../lab/fault.ts';
import type { LabHost } from '../lab/namespaces/lab-host.ts';
import { labHosts, podCidr, vtepIp } from '../lab/namespaces/topology.ts';

/** What one stage did, one line each, host first: `gpu-1: fdb replace …`. */
export interface Act {
  readonly stage: string;
  readonly lines: readonly string[];
}

const HUB = 'hub-1';
const entries = /^(neigh replace|fdb replace|route replace) /;

/**
 * The acts that no fault calls for: on a host that no command of the fault names and no label blames, or on an entry of a peer
 * that the fault left alone there. A node is taken out of service only where it is at fault. `hosts`: of the fleet that the
 * fault's commands are written for. Of two faults at once either may be the reason.
 */
export function wrongActs(fault: Fault, acts: readonly Act[], hosts: readonly LabHost[] = labHosts): readonly string[] {
  const blamed = [fault.label, ...(fault.orLabel === undefined ? [] : [fault.orLabel])];
  const touched = touchedHosts(fault, hosts);
  return acts.flatMap(({ stage, lines }) =>
    lines.filter((line) => {
      const { host, operation } = split(line);
      if (host === 'asks' || !hosts.some(({ name }) => name === host)) return false;
      if (stage === 'quarantine') return !blamed.some(({ hostAtFault }) => hostAtFault === host);
      if (!touched.includes(host)) return true;
      return stage === 'reconcile' && entries.test(operation) && !isTouchedEntry(fault, host, operation, hosts);
    }),
  );
}

function split(line: string): { readonly host: string; readonly operation: string } {
  const cut = line.indexOf(': ');
  return { host: line.slice(0, Math.max(0, cut)), operation: line.slice(cut + 2) };
}

/** What breaks between the hosts is mended at the node's end, and where it is too narrow at the hub's as well. */
function touchedHosts(fault: Fault, hosts: readonly LabHost[]): readonly string[] {
  const { inject, nodeChanges = [], label, orLabel, alertingNode } = fault;
  const places = inject.map(({ place }) => place);
  const isBetween = places.some((place) => !hosts.some(({ name }) => name === place));
  const isTooNarrow = [label, orLabel].some((each) => each?.class === 'mtu-black-hole');
  return [
    ...places,
    ...nodeChanges.map(({ node }) => node),
    ...[label.hostAtFault, orLabel?.hostAtFault].flatMap((host) => host ?? []),
    ...(isBetween ? [alertingNode] : []),
    ...(isTooNarrow ? [alertingNode, HUB] : []),
  ];
}

/** A command that names no peer touches every entry of its host. */
function isTouchedEntry(
  { inject, nodeChanges = [], label }: Fault,
  host: string,
  operation: string,
  hosts: readonly LabHost[],
): boolean {
  const texts = inject.flatMap(({ place, argv }) => (place === host ? [argv.join(' ')] : []));
  const named = texts.map((text) => peersIn(text, hosts));
  if (nodeChanges.length > 0 || named.length === 0 || named.some((peers) => peers.length === 0)) return true;
  if (label.cause === 'recreated-empty' || label.cause === 'link-bounced') return true;
  return peersIn(operation, hosts).some((peer) => named.some((peers) => peers.includes(peer)));
}

function peersIn(text: string, hosts: readonly LabHost[]): readonly string[] {
  const words = text.split(/[^\w:./-]+/);
  return hosts
    .filter((host) => {
      const own = [podCidr(host), vtepIp(host), host.flannel.publicIp, host.flannel.mac];
      return words.some((word) => own.includes(word));
    })
    .map(({ name }) => name);
}
