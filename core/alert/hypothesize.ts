import { FaultClass } from '../diagnosis/fault-class.ts';

/** Words in an alert's name that point to a class. Order matters: the more telling word first. */
const hints: readonly (readonly [RegExp, FaultClass])[] = [
  [/mtu|black.?hole|fragment/i, 'mtu-black-hole'],
  [/vxlan|flannel|fdb|vtep|overlay.?wedge/i, 'vxlan-wedge'],
  [/one.?way|kubelet.*(unreachable|down)|exec.*502|bad.?gateway|nat.?endpoint/i, 'one-way-nat'],
  [/(missing|no).?route|route.*(missing|lost)|podcidr/i, 'missing-route'],
  [/wireguard|handshake|tunnel/i, 'tunnel-down'],
  [/hub.*(down|outage|unreachable)/i, 'hub-outage'],
  [/node.*(down|offline|notready|unreachable)|host.*down/i, 'node-offline'],
];

/** The label with which a rule's author names the class outright. */
export const CLASS_LABEL = 'restitch_class';

/** A first guess from labels alone: it costs nothing and decides nothing. Evidence decides. */
export function hypothesize(labels: Readonly<Record<string, string>>): FaultClass {
  const stated = FaultClass.safeParse(labels[CLASS_LABEL]);
  if (stated.success) return stated.data;
  const name = labels['alertname'] ?? '';
  return hints.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
}
