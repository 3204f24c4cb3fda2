import { describeNow, judgeRouteTable } from '../cloud/judge-route-table.ts';
import type { RouteTableReading } from '../cloud/route-table.ts';
import type { RouteTableChange } from '../cloud/route-table-change.ts';
import type { WantedRoute } from '../cloud/wanted-route.ts';
import type { Facts } from '../diagnosis/facts.ts';
import { wantedRoute } from '../diagnosis/wanted-route.ts';

/**
 * What to do with the cloud's route tables. `planned`: exact changes, and why a table is not among them.
 * `right`: every table has the route, so the fault is elsewhere. `none`: the route is not certain, so nothing is changed.
 */
export type CloudRoutePlan =
  | { readonly type: 'planned'; readonly changes: readonly RouteTableChange[]; readonly beyond: readonly string[] }
  | { readonly type: 'right'; readonly route: WantedRoute }
  | { readonly type: 'none'; readonly why: string };

/** One change per configured table that does not send the tunnel's network to the hub. */
export function planCloudRoutes(facts: Facts): CloudRoutePlan {
  const { routeTables } = facts.evidence;
  if (routeTables.length === 0) return { type: 'none', why: 'ROUTE_TABLES names no route table' };
  const wanted = wantedRoute(facts);
  if (wanted.type === 'unknown') return { type: 'none', why: wanted.why };
  const judged = routeTables.map((table) => judge(table, wanted.route));
  const changes = judged.flatMap(({ change }) => change ?? []);
  const beyond = judged.flatMap(({ why }) => why ?? []);
  if (changes.length > 0) return { type: 'planned', changes, beyond };
  return beyond.length > 0 ? { type: 'none', why: beyond.join('; ') } : { type: 'right', route: wanted.route };
}

interface Judged {
  readonly change?: RouteTableChange;
  readonly why?: string;
}

function judge(table: RouteTableReading, route: WantedRoute): Judged {
  if (table.status === 'unread') return { why: `${table.id} could not be read: ${table.reason}` };
  const verdict = judgeRouteTable(table.routes, route);
  if (verdict.type === 'right') return {};
  const { now } = verdict;
  // A route that could not be put back is not replaced: the VPC’s own `local`, and targets of an unknown kind.
  if (now !== null && !/^[a-z]+-[0-9a-f]+$/.test(now.target))
    return { why: `${table.id} has ${describeNow(now)} for ${now.destination}, which is not replaced` };
  return { change: { ...route, table: table.id, now } };
}
