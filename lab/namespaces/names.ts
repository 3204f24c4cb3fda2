import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type LabHost, routers } from './lab-host.ts';
import { labHosts } from './topology.ts';

/** The names that one fleet gives its namespaces: a short prefix from its state folder, so that several live side by side. */
export interface Names {
  readonly prefix: string;
  /** Of every place that the fleet has. */
  readonly all: readonly string[];
  /** Namespace of a place: a host, a router, or `pod-<host>`. */
  readonly of: (place: string) => string;
  /** Namespace of the pod on a host. */
  readonly pod: (host: string) => string;
  /** The fleet's folder that does not outlive it: sockets, run folders. */
  readonly runDir: string;
  /** A host's part of it. */
  readonly hostDir: (host: string) => string;
  /** What a host keeps over a restart. */
  readonly durableDir: (host: string) => string;
}

export function namesFor(stateDir: string, hosts: readonly Pick<LabHost, 'name'>[] = labHosts): Names {
  const root = resolve(stateDir);
  const prefix = `rs${createHash('sha256').update(root).digest('hex').slice(0, 6)}`;
  const of = (place: string) => `${prefix}-${place}`;
  const pod = (host: string) => of(`pod-${host}`);
  const runDir = join(root, 'lab');
  return {
    prefix,
    of,
    pod,
    all: [...routers.map(of), ...hosts.flatMap(({ name }) => [of(name), pod(name)])],
    runDir,
    hostDir: (host) => join(runDir, host),
    durableDir: (host) => join(root, 'hosts', host),
  };
}
