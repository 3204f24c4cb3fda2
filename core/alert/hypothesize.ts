import { FaultClass } from '../fault-class.ts';

/** Words in an alert's name that point to a class. Order matters: the more specific word comes first. */
const hints: readonly (readonly [RegExp, FaultClass])[] = [
  [/mtu|black.?hole|fragment/i, 'mtu-black-hole'],
  [/hub.*(down|outage|unreachable)/i, 'hub-outage'],
  [/overlay.?blocked|(udp|8472).*(blocked|filtered)/i, 'overlay-blocked'],
  [/vxlan|flannel|fdb|vtep|overlay/i, 'vxlan-wedge'],
  [/one.?way|kubelet.*(unreachable|down)|exec.*502|bad.?gateway|nat.?endpoint/i, 'one-way-nat'],
  [/(missing|no).?route|route.*(missing|lost)|podcidr/i, 'missing-route'],
  [/wireguard|handshake|tunnel/i, 'tunnel-down'],
  [/node.*(down|offline|notready|unreachable)|host.*down/i, 'node-offline'],
];

/** Labels in which the author of an alert rule can name the class; the first one present wins. */
const CLASS_LABELS: readonly string[] = ['restitch_class', 'fault_class'];

/** The classes that such a label may name. `healthy` is not among them: only evidence can give that verdict. */
const Stated = FaultClass.exclude(['healthy']);

/** A first guess at the class, from labels alone. The diagnosis does not depend on it. */
export function hypothesize(labels: Readonly<Record<string, string>>): FaultClass {
  for (const label of CLASS_LABELS.filter((name) => labels[name] !== undefined)) {
    const stated = Stated.safeParse(labels[label]);
    if (stated.success) return stated.data;
  }
  const name = labels['alertname'] ?? '';
  return hints.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
}
