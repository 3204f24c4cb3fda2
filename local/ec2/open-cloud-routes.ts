import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import type { Fleet } from '../../lab/fleet.ts';
import { ec2ClientConfig, pluggedEndpoint } from '../aws-clients.ts';
import type { LocalConfig } from '../config.ts';
import { startEc2StandIn } from './ec2-stand-in.ts';
import { LAB_ROUTE_TABLE } from './vpc-route-table.ts';

export interface OpenedCloudRoutes {
  /** Ids of the route tables that may be read. */
  readonly tables: readonly string[];
  readonly client: EC2ClientConfig;
  /** Whether EC2 is real or a stand-in, as one line; undefined when no route table is read. */
  readonly remark: string | undefined;
  close(): Promise<void>;
}

/** EC2 at the configured endpoint; otherwise the stand-in over the lab's router; without a lab, the region's EC2. */
export async function openCloudRoutes(config: LocalConfig, fleet: Fleet | undefined): Promise<OpenedCloudRoutes> {
  const { AWS_ENDPOINT_URL_EC2: given, AWS_REGION: region, ROUTE_TABLES: tables } = config;
  const close = async () => undefined;
  if (given !== undefined) {
    const endpoint = pluggedEndpoint(given, config);
    return { tables, client: ec2ClientConfig(endpoint, region), remark: `EC2: ${given}`, close };
  }
  if (fleet === undefined) {
    const remark = tables.length === 0 ? undefined : `EC2: ${region}, ${tables.join(', ')}`;
    return { tables, client: ec2ClientConfig(undefined, region), remark, close };
  }
  // Simulated hosts have no VPC, and a real VPC has nothing to do with them.
  if (fleet.kind === 'simulated')
    return { tables: [], client: ec2ClientConfig(undefined, region), remark: undefined, close };
  const standIn = await startEc2StandIn(fleet);
  const endpoint = { url: standIn.url, anyCredentials: true };
  return {
    tables: tables.length === 0 ? [LAB_ROUTE_TABLE] : tables,
    client: ec2ClientConfig(endpoint, region),
    remark: `EC2: ${LAB_ROUTE_TABLE} is the router of the fleet’s VPC`,
    close: standIn.close,
  };
}
