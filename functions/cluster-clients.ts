import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { loadAssumedRole } from '../adapters/aws/load-assumed-role.ts';
import type { Cluster } from '../core/safety/cluster.ts';
import { ClusterEnvironment } from './cluster-environment.ts';
import { clusterOf } from './cluster-of.ts';
import { type EnvironmentVariables, parseEnvironment } from './parse-environment.ts';
import {
  type AccountAccess,
  type AccountOptions,
  deployedClusters,
  type ServedCluster,
  type ServedClusters,
} from './served-cluster.ts';

/** What a deployed function gets for the clusters that it serves. */
export interface ClusterClients {
  /** Undefined: the environment describes the only one. */
  readonly served: ServedClusters | undefined;
  readonly cluster: (served: ServedCluster) => Cluster;
  /** The role in the account of a cluster. */
  readonly account: (access: AccountAccess) => AccountOptions;
}

/** `folder`: of the function's code. `secrets` reads kubeconfigs, and its credentials are the function's own. */
export function clusterClients(
  environment: EnvironmentVariables,
  folder: string,
  secrets: SecretsManagerClient,
): ClusterClients {
  const config = parseEnvironment(ClusterEnvironment, environment);
  const own = { region: config.AWS_REGION, credentials: () => secrets.config.credentials() };
  const endpoint = config.AWS_ENDPOINT_URL_STS ?? config.AWS_ENDPOINT_URL;
  const known = new Map<string, AccountOptions>();
  const account = ({ roleArn, externalId, region }: AccountAccess): AccountOptions => {
    const name = `${roleArn} ${region}`;
    const options = known.get(name) ?? {
      region,
      credentials: loadAssumedRole({ roleArn, externalId, region, credentials: own.credentials, endpoint }),
    };
    known.set(name, options);
    return options;
  };
  return {
    served: deployedClusters(folder),
    account,
    cluster: (served) =>
      clusterOf(served, { secrets, ...(served.account === undefined ? own : account(served.account)) }),
  };
}
