import { on } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const meshBeside: LabVariant = {
  name: 'mesh-beside',
  story: 'A second mesh (as Tailscale makes it) has rules before the main table, for networks of its own only.',
  fleet: {
    ...plainFleet,
    afterwards: plainFleet.hosts.flatMap(({ name }) => [
      on(name, 'ip rule add pref 5210 fwmark 0x80000/0xff0000 lookup main'),
      on(name, 'ip rule add pref 5230 fwmark 0x80000/0xff0000 lookup default'),
      on(name, 'ip rule add pref 5250 fwmark 0x80000/0xff0000 unreachable'),
      on(name, 'ip rule add pref 5270 lookup 52'),
      on(name, 'ip route add 100.64.0.0/10 dev lo table 52'),
    ]),
  },
};
