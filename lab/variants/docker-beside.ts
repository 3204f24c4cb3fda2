import { on } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const dockerBeside: LabVariant = {
  name: 'docker-beside',
  story: 'Docker runs beside the container runtime on every node, with its bridge and a network of its own.',
  fleet: {
    ...plainFleet,
    afterwards: plainFleet.hosts.flatMap(({ name }) => [
      on(name, 'ip link add docker0 type bridge'),
      on(name, 'ip addr add 172.17.0.1/16 dev docker0'),
      on(name, 'ip link set docker0 up'),
    ]),
  },
};
