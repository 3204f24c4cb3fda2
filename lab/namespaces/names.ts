import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { labHosts, routers } from './topology.ts';

/** The names that one fleet gives its namespaces: a short prefix from its state folder, so that several live side by side. */
export interface Names {
  readonly prefix: string;
  readonly all: readonly string[];
  /** Namespace of a host or router. */
  readonly of: (host: string) => string;
  /** Namespace of the pod on a host. */
  readonly pod: (host: string) => string;
  /** The fleet's folder that does not outlive it: sockets, run folders. */
  readonly runDir: string;
  /** What a host keeps over a restart. */
  readonly durableDir: (host: string) => string;
}

export function namesFor(stateDir: string): Names {
  const root = resolve(stateDir);
  const prefix = `rs${createHash('sha256').update(root).digest('hex').slice(0, 6)}`;
  const of = (host: string) => `${prefix}-${host}`;
  const pod = (host: string) => `${prefix}-pod-${host}`;
  return {
    prefix,
    of,
    pod,
    all: [...routers.map(of), ...labHosts.flatMap(({ name }) => [of(name), pod(name)])],
    runDir: join(root, 'lab'),
    durableDir: (host) => join(root, 'hosts', host),
  };
}
