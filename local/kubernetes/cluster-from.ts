import { createKubernetesCluster } from '../../adapters/kubernetes/kubernetes-cluster.ts';
import type { Cluster } from '../../core/safety/cluster.ts';

/** The stand-in's kubeconfig when there is one, else KUBECONFIG as kubectl reads it. */
export function clusterFrom(kubeconfig: string | undefined): Cluster {
  return createKubernetesCluster(async ({ KubeConfig }) => {
    const config = new KubeConfig();
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromString(kubeconfig);
    return config;
  });
}
