import type { TableRequests } from '../../adapters/aws/table-requests.ts';
import type { CallPool } from './call-pool.ts';

/** The ports whose every call waits for the scheduler. The table's stores are built on a gated table instead. */
const gated = ['queue', 'commands', 'messenger', 'cluster', 'cloudRoutes', 'engine'];

/** The ports as the functions have them: each call waits in the pool, and a pause is one of simulated time. */
export function gatedPorts<T extends object>(ports: T, pool: CallPool): T {
  return new Proxy(ports, {
    get: (target, key) => {
      const port: unknown = Reflect.get(target, key);
      if (key === 'sleep') return pool.sleep;
      const isGated = gated.includes(String(key)) && typeof port === 'object' && port !== null;
      return isGated ? gatedPort(port, String(key), pool) : port;
    },
  });
}

function gatedPort<T extends object>(port: T, name: string, pool: CallPool): T {
  return new Proxy(port, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => pool.enter(name, String(key), args, () => Reflect.apply(member, target, args));
    },
  });
}

/** `tableNow`: a lost table is replaced by another one. */
export function gatedTable(tableNow: () => TableRequests, pool: CallPool): TableRequests {
  const now: TableRequests = {
    get: (...args) => tableNow().get(...args),
    getMany: (...args) => tableNow().getMany(...args),
    put: (...args) => tableNow().put(...args),
    query: (...args) => tableNow().query(...args),
    list: (...args) => tableNow().list(...args),
  };
  return gatedPort(now, 'table', pool);
}
