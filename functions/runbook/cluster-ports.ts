import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import { loadCloudRoutes } from '../../adapters/aws/load-cloud-routes.ts';
import { loadCommandRunner } from '../../adapters/aws/load-command-runner.ts';
import type { SsmNames } from '../../adapters/aws/ssm-clients.ts';
import { capacityOfCluster } from '../../core/safety/capacity-of-cluster.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { CapacityLedger } from '../../core/safety/disruption-budget.ts';
import type { AccountAccess, AccountOptions, ServedCluster } from '../served-cluster.ts';
import type { RunPorts } from './run-ports.ts';

/** What an incident may touch: its own cluster, the instances and route tables of that cluster, its slots. */
export type ClusterPorts = Pick<RunPorts, 'cluster' | 'commands' | 'cloudRoutes' | 'capacity'>;

export interface ClusterPortsOptions {
  readonly ssm: SSMClientConfig;
  readonly ec2: EC2ClientConfig;
  readonly cluster: (served: ServedCluster) => Cluster;
  /** Absent: every cluster is in the function's own account. */
  readonly account?: (access: AccountAccess) => AccountOptions;
  readonly documents: SsmNames['documents'];
  /** Of all clusters. */
  readonly capacity: CapacityLedger;
}

/** `isFirst`: of the clusters that are served. */
export function clusterPorts(
  served: ServedCluster,
  isFirst: boolean,
  { ssm, ec2, cluster, account, documents, capacity }: ClusterPortsOptions,
): ClusterPorts {
  const { names, instanceTag, nodeNames, routeTables } = served;
  const there = served.account === undefined ? {} : account?.(served.account);
  return {
    cluster: cluster(served),
    commands: loadCommandRunner({ ...ssm, ...there }, { documents, instanceTag, ...(nodeNames && { nodeNames }) }),
    cloudRoutes: loadCloudRoutes(routeTables, { ...ec2, ...there }),
    capacity: capacityOfCluster(capacity, { names, takesUnnamed: isFirst }),
  };
}
