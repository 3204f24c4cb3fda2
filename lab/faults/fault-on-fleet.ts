import type { Fault } from '../fault.ts';
import { type LabFleet, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import { podCidr, podIp, vtepIp } from '../namespaces/topology.ts';

/** Commands of the catalogue name devices, addresses and networks of the plain fleet. Here they get those of another one. */
export function faultOnFleet(fault: Fault, fleet: LabFleet): Fault {
  const words = otherWords(fleet);
  if (words.size === 0) return fault;
  const inject = fault.inject.map(({ place, argv: [program, ...rest] }) => ({
    place,
    argv: [program, ...rest.map((text) => replaceWords(text, words))] as const,
  }));
  return { ...fault, inject };
}

function otherWords(fleet: LabFleet): ReadonlyMap<string, string> {
  const pairs = [
    [plainFleet.vxlan.device, fleet.vxlan.device],
    [plainFleet.wireguardDevice, fleet.wireguardDevice],
    ...plainFleet.hosts.flatMap((plain) => {
      const other = fleet.hosts.find(({ name }) => name === plain.name);
      return other === undefined ? [] : hostWords(plain).map((word, index) => [word, hostWords(other)[index]]);
    }),
  ];
  return new Map(
    pairs.flatMap(([plain, other]) =>
      plain === undefined || other === undefined || plain === other ? [] : [[plain, other] as const],
    ),
  );
}

function hostWords(host: LabHost): readonly string[] {
  return [podCidr(host), vtepIp(host), podIp(host), host.flannel.publicIp, host.flannel.mac];
}

/** Whole words only, each once: what was put in is not looked at again. */
function replaceWords(text: string, words: ReadonlyMap<string, string>): string {
  return text.replaceAll(/[\w:.-]+(\/\d+)?/g, (word) => {
    const [address = '', prefix] = word.split('/');
    const other = words.get(word);
    if (other !== undefined) return other;
    return prefix === undefined ? word : `${words.get(address) ?? address}/${prefix}`;
  });
}
