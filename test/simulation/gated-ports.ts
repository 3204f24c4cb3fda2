import type { TableRequests } from '../../adapters/aws/table-requests.ts';
import type { CallPool } from './call-pool.ts';

/** The ports whose every call waits for the scheduler. The table's stores are built on a gated table instead. */
const gated = ['queue', 'commands', 'messenger', 'cluster', 'cloudRoutes', 'engine'];

/** What stands between a function and a port. */
export interface Gate {
  readonly pool: CallPool;
  /** The arguments as the release of whoever calls gives them. `name`: of port and method. */
  readonly written: (name: string, args: readonly unknown[]) => readonly unknown[];
}

/** The ports as the functions have them: each call waits in the pool, and a pause is one of simulated time. */
export function gatedPorts<T extends object>(ports: T, gate: Gate): T {
  return new Proxy(ports, {
    get: (target, key) => {
      const port: unknown = Reflect.get(target, key);
      if (key === 'sleep') return gate.pool.sleep;
      const isGated = gated.includes(String(key)) && typeof port === 'object' && port !== null;
      return isGated ? gatedPort(port, String(key), gate) : port;
    },
  });
}

function gatedPort<T extends object>(port: T, name: string, { pool, written }: Gate): T {
  return new Proxy(port, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      const method = String(key);
      return (...given: unknown[]) => {
        const args = written(`${name}.${method}`, given);
        return pool.enter(name, method, args, () => Reflect.apply(member, target, args));
      };
    },
  });
}

/** `tableNow`: a lost table is replaced by another one. */
export function gatedTable(tableNow: () => TableRequests, gate: Gate): TableRequests {
  const now: TableRequests = {
    get: (...args) => tableNow().get(...args),
    getMany: (...args) => tableNow().getMany(...args),
    put: (...args) => tableNow().put(...args),
    query: (...args) => tableNow().query(...args),
    list: (...args) => tableNow().list(...args),
  };
  return gatedPort(now, 'table', gate);
}
