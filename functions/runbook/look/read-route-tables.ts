import type { CloudRoutes } from '../../../core/cloud/cloud-routes.ts';
import type { RouteTableReading } from '../../../core/cloud/route-table.ts';
import { RestitchError } from '../../../core/restitch-error.ts';

/** Reads every configured table. A table that cannot be read is kept with the reason; the diagnosis goes on without it. */
export function readRouteTables({ tables, read }: CloudRoutes): Promise<readonly RouteTableReading[]> {
  return Promise.all(
    tables.map(async (id): Promise<RouteTableReading> => {
      try {
        return { status: 'read', id, routes: [...(await read(id))] };
      } catch (error) {
        if (!(error instanceof RestitchError)) throw error;
        return { status: 'unread', id, reason: error.message };
      }
    }),
  );
}
