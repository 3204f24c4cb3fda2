import { join, resolve } from 'node:path';

/** Where a simulated fleet keeps what. `runDir` goes with the fleet; a host's durable folder stays. */
export interface SimulatedPlaces {
  readonly runDir: string;
  /** The kernels of all hosts. */
  readonly network: string;
  /** The simulated programs, in one file. */
  readonly programs: string;
  /** Where a process answers the simulated programs: `port token`. */
  readonly served: string;
  /** One file per program that is running on a host: `pid startTime`. */
  readonly processes: string;
  readonly hosts: string;
  /** The host's root folder: /var/lib/restitch, /var/lib/cni, /run/restitch and /run/flannel are below it. */
  readonly root: (host: string) => string;
  readonly run: (host: string) => string;
  readonly durableDir: (host: string) => string;
  /** /var/lib/cni: which pod has which address. */
  readonly addressLeases: (host: string) => string;
  /** Programs that the host has instead of the machine's. */
  readonly bin: (host: string) => string;
}

export function simulatedPlaces(stateDir: string): SimulatedPlaces {
  const base = join(resolve(stateDir), 'simulated');
  const runDir = join(base, 'run');
  const hosts = join(base, 'hosts');
  const root = (host: string) => join(hosts, host);
  return {
    runDir,
    network: join(runDir, 'network.sqlite'),
    programs: join(runDir, 'programs.mjs'),
    served: join(runDir, 'served'),
    processes: join(runDir, 'processes'),
    hosts,
    root,
    run: (host) => join(root(host), 'run'),
    addressLeases: (host) => join(root(host), 'var', 'lib', 'cni'),
    durableDir: (host) => join(root(host), 'var', 'lib', 'restitch'),
    bin: (host) => join(runDir, 'bin', host),
  };
}
