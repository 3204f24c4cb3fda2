import type { ClusterEnvironment } from './cluster-environment.ts';
import { clustersOf } from './known-clusters.ts';
import { ServedCluster, type ServedClusters } from './served-cluster.ts';

/** What the environment says of the only cluster. */
export interface OneCluster extends ClusterEnvironment {
  readonly CLUSTERS: readonly string[];
  readonly DEFAULT_CLUSTER: string | null;
  readonly INSTANCE_TAG: string;
  readonly ROUTE_TABLES?: readonly string[];
  readonly ALERTMANAGER_URL?: string | undefined;
  readonly ALERTMANAGER_RECEIVER?: string;
  readonly ALERTMANAGER_SECRET_ID?: string | undefined;
}

/** The only cluster of a function that has no file of clusters. */
export function environmentCluster(config: OneCluster): ServedClusters {
  const [first = '', ...more] = clustersOf({ ...config, CLUSTERS: [...config.CLUSTERS] });
  const { EKS_CLUSTER_NAME: name, EKS_CLUSTER_ENDPOINT: endpoint, EKS_CLUSTER_CA: ca } = config;
  const { ALERTMANAGER_URL: url, ALERTMANAGER_RECEIVER: receiver, ALERTMANAGER_SECRET_ID: tokenSecret } = config;
  return [
    ServedCluster.parse({
      names: [first, ...more],
      takesUnnamed: config.DEFAULT_CLUSTER !== null,
      eks: name === undefined || endpoint === undefined ? undefined : { name, endpoint, ca },
      kubeconfigSecret: config.KUBECONFIG_SECRET_ID,
      instanceTag: config.INSTANCE_TAG,
      routeTables: config.ROUTE_TABLES,
      alertmanager: url === undefined ? undefined : { url, receiver, tokenSecret },
    }),
  ];
}
