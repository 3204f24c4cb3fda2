import type { Fault } from '../fault.ts';
import { fieldFaults } from './field/field-faults.ts';
import { hostGwFaults } from './host-gw/host-gw-faults.ts';
import { mtuFaults } from './mtu/mtu-faults.ts';
import { nativeFaults } from './native/native-faults.ts';
import { nodeFaults } from './node/node-faults.ts';
import { noiseFaults } from './noise/noise-faults.ts';
import { oneWayFaults } from './one-way/one-way-faults.ts';
import { routesFaults } from './routes/routes-faults.ts';
import { substrateFaults } from './substrate/substrate-faults.ts';
import { vxlanFaults } from './vxlan/vxlan-faults.ts';

/** Every fault that the lab knows, by family. The first of a class is what a drill of that class injects. */
export const faultFamilies = {
  vxlan: vxlanFaults,
  routes: routesFaults,
  mtu: mtuFaults,
  'one-way': oneWayFaults,
  substrate: substrateFaults,
  node: nodeFaults,
  noise: noiseFaults,
  native: nativeFaults,
  'host-gw': hostGwFaults,
  field: fieldFaults,
} as const satisfies Readonly<Record<string, readonly Fault[]>>;

export const faultCatalogue: readonly Fault[] = Object.values(faultFamilies).flat();

export function findFault(name: string): Fault | undefined {
  return faultCatalogue.find((fault) => fault.name === name);
}

/** The fault of a drill: named itself, or by its class. */
export function faultForDrill(nameOrClass: string): Fault | undefined {
  return findFault(nameOrClass) ?? faultCatalogue.find((fault) => fault.label.class === nameOrClass);
}
