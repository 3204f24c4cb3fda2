import {
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  type EC2ClientConfig,
  ReplaceRouteCommand,
  type Route,
} from '@aws-sdk/client-ec2';
import type { CloudRoutes, RouteWrite, RouteWriteOutcome } from '../../core/cloud/cloud-routes.ts';
import type { CloudRoute } from '../../core/cloud/route-table.ts';
import { targetParameter } from '../../core/cloud/route-table-change.ts';
import { sameCidr } from '../../core/network/cidr.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { toRestitchError } from './aws-error.ts';

/** VPC route tables behind the `CloudRoutes` port. It reads and changes only the tables in `tables`. */
export function createEc2CloudRoutes(tables: readonly string[], config: EC2ClientConfig): CloudRoutes {
  const client = new EC2Client(config);
  return {
    tables,
    read: (table) => {
      mustBeOurs(tables, table);
      return readRoutes(client, table);
    },
    write: async (table, write) => {
      mustBeOurs(tables, table);
      try {
        await send(client, table, write);
        return { type: 'done' };
      } catch (error) {
        return settle(client, table, write, error);
      }
    },
  };
}

function mustBeOurs(tables: readonly string[], table: string): void {
  if (!tables.includes(table))
    throw new RestitchError('ec2', `${table} is not among the configured route tables`, { retryable: false });
}

async function readRoutes(client: EC2Client, table: string): Promise<readonly CloudRoute[]> {
  const { RouteTables = [] } = await client
    .send(new DescribeRouteTablesCommand({ RouteTableIds: [table] }))
    .catch((error: unknown) => {
      throw toRestitchError('ec2', error);
    });
  const routes = RouteTables.find(({ RouteTableId }) => RouteTableId === table)?.Routes;
  // An answer without the table does not mean that the table has no routes.
  if (routes === undefined)
    throw new RestitchError('ec2', `DescribeRouteTables answered without ${table}`, { retryable: false });
  return routes.flatMap(toCloudRoute);
}

/** Leaves out routes to IPv6 networks and prefix lists: the tunnel’s network is neither. */
function toCloudRoute(route: Route): readonly CloudRoute[] {
  const { DestinationCidrBlock: destination, InstanceId: instanceId, State: state } = route;
  if (destination === undefined) return [];
  const target = route.NetworkInterfaceId ?? instanceId ?? gatewayOf(route) ?? 'unknown';
  return [{ destination, target, instanceId: instanceId ?? null, state: state === 'active' ? state : 'blackhole' }];
}

function gatewayOf(route: Route): string | undefined {
  return (
    route.GatewayId ??
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.EgressOnlyInternetGatewayId
  );
}

async function send(client: EC2Client, table: string, write: RouteWrite): Promise<void> {
  const route = { RouteTableId: table, DestinationCidrBlock: write.destination };
  if (write.type === 'delete') {
    await client.send(new DeleteRouteCommand(route));
    return;
  }
  const input = { ...route, [targetParameter(write.target)]: write.target };
  await client.send(write.type === 'create' ? new CreateRouteCommand(input) : new ReplaceRouteCommand(input));
}

/**
 * What a failed write means. An earlier attempt, ours or the SDK’s, may have succeeded and lost its reply: a route that
 * exists already counts as done. Other refusals by EC2 are returned as an outcome, all other errors are thrown.
 */
async function settle(client: EC2Client, table: string, write: RouteWrite, error: unknown): Promise<RouteWriteOutcome> {
  const name = error instanceof Error ? error.name : '';
  if (name === 'InvalidRoute.NotFound' && write.type === 'delete') return { type: 'done' };
  if (name === 'RouteAlreadyExists' && write.type === 'create') {
    const there = (await readRoutes(client, table)).find(({ destination }) => sameCidr(destination, write.destination));
    if (there?.instanceId === write.target || there?.target === write.target) return { type: 'done' };
  }
  const translated = toRestitchError('ec2', error);
  if (translated.retryable) throw translated;
  return { type: 'refused', reason: translated.message };
}
