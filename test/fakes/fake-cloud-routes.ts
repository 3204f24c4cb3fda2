import type { CloudRoutes, RouteWrite, RouteWriteOutcome } from '../../core/cloud/cloud-routes.ts';
import type { CloudRoute } from '../../core/cloud/route-table.ts';
import { RestitchError } from '../../core/restitch-error.ts';

/** Route tables in memory; an instance’s interface has its digits. */
export interface FakeCloudRoutes extends CloudRoutes {
  readonly routes: Map<string, readonly CloudRoute[]>;
  /** Every write, as `<table> <type> <destination>`. */
  readonly written: string[];
  /** What the next writes answer instead of doing anything. */
  readonly nextWrites: RouteWriteOutcome[];
  unreadable: boolean;
}

export function createFakeCloudRoutes(tables: Readonly<Record<string, readonly CloudRoute[]>> = {}): FakeCloudRoutes {
  const fake: FakeCloudRoutes = {
    tables: Object.keys(tables),
    routes: new Map(Object.entries(tables)),
    written: [],
    nextWrites: [],
    unreadable: false,
    read: async (table) => {
      if (fake.unreadable) throw new RestitchError('ec2', 'UnauthorizedOperation', { retryable: false });
      return fake.routes.get(table) ?? [];
    },
    write: async (table, write) => {
      fake.written.push(`${table} ${write.type} ${write.destination}`);
      const instead = fake.nextWrites.shift();
      if (instead !== undefined) return instead;
      const others = (fake.routes.get(table) ?? []).filter(({ destination }) => destination !== write.destination);
      fake.routes.set(table, [...others, ...routeOf(write)]);
      return { type: 'done' };
    },
  };
  return fake;
}

function routeOf(write: RouteWrite): readonly CloudRoute[] {
  return write.type === 'delete' ? [] : [activeRoute(write.destination, write.target)];
}

/** An active route to an instance, or to the interface of one. */
export function activeRoute(destination: string, target: string): CloudRoute {
  const digits = target.replace(/^(i|eni)-/, '');
  return { destination, target: `eni-${digits}`, instanceId: `i-${digits}`, state: 'active' };
}
