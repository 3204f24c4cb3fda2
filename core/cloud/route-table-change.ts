import type { RouteWrite } from './cloud-routes.ts';
import { describeNow } from './judge-route-table.ts';
import type { CloudRoute } from './route-table.ts';
import type { WantedRoute } from './wanted-route.ts';

/** The change of one route in one table: the wanted route, and the present one. */
export interface RouteTableChange extends WantedRoute {
  readonly table: string;
  /** The table's present route for exactly this destination; null: none. */
  readonly now: CloudRoute | null;
}

/** `route 10.200.0.0/24 → i-… (hub-1)` */
export function formatRoute({ destination, target, hub }: WantedRoute): string {
  return `route ${destination} → ${target} (${hub})`;
}

/** The change as shown for approval: the new route, the present one, and the command that undoes it. */
export function routeChangeLines(change: RouteTableChange): readonly string[] {
  return [
    `${change.table}: ${formatRoute(change)}`,
    `  now: ${describeNow(change.now)}`,
    `  undo: ${awsCommand(change.table, undoWrite(change))}`,
  ];
}

export function applyWrite({ destination, target, now }: RouteTableChange): RouteWrite {
  return { type: now === null ? 'create' : 'replace', destination, target };
}

export function undoWrite({ destination, now }: RouteTableChange): RouteWrite {
  return now === null ? { type: 'delete', destination } : { type: 'replace', destination, target: now.target };
}

/** The API parameter for a target, by the prefix of its id (EC2 API reference, CreateRoute). */
const targetParameters = {
  i: 'InstanceId',
  eni: 'NetworkInterfaceId',
  nat: 'NatGatewayId',
  tgw: 'TransitGatewayId',
  pcx: 'VpcPeeringConnectionId',
  eigw: 'EgressOnlyInternetGatewayId',
  cagw: 'CarrierGatewayId',
  lgw: 'LocalGatewayId',
  vpce: 'VpcEndpointId',
} as const;

export type TargetParameter = (typeof targetParameters)[keyof typeof targetParameters] | 'GatewayId';

/** Ids with other prefixes (`igw-…`, `vgw-…`) are gateways. */
export function targetParameter(target: string): TargetParameter {
  const prefix = target.split('-', 1)[0] ?? '';
  return Object.entries(targetParameters).find(([known]) => known === prefix)?.[1] ?? 'GatewayId';
}

/** `create route 10.200.0.0/24 → i-…` */
export function formatWrite(write: RouteWrite): string {
  return `${write.type} route ${write.destination}${write.type === 'delete' ? '' : ` → ${write.target}`}`;
}

/** The write as one command of the AWS CLI. */
export function awsCommand(table: string, write: RouteWrite): string {
  const common = `aws ec2 ${write.type}-route --route-table-id ${table} --destination-cidr-block ${write.destination}`;
  if (write.type === 'delete') return common;
  const option = targetParameter(write.target)
    .replaceAll(/(?<!^)(?=[A-Z])/g, '-')
    .toLowerCase();
  return `${common} --${option} ${write.target}`;
}
