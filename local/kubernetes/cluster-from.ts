import { homedir } from 'node:os';
import { join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Client } from '../../adapters/kubernetes/api-client.ts';
import { createKubernetesCluster } from '../../adapters/kubernetes/kubernetes-cluster.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { Cluster } from '../../core/safety/cluster.ts';

/** The stand-in's kubeconfig when there is one, else KUBECONFIG as kubectl reads it. */
export function clusterFrom(kubeconfig: string | undefined): Cluster {
  return createKubernetesCluster(configureFrom(kubeconfig));
}

/** The same, for other clients of the API. */
export function configureFrom(kubeconfig: string | undefined): (client: Client) => Promise<KubeConfig> {
  return async ({ KubeConfig }) => {
    const config = new KubeConfig();
    if (kubeconfig === undefined) loadDefault(config);
    else config.loadFromString(kubeconfig);
    return config;
  };
}

/** KUBECONFIG, the file in the home folder, or a pod's own account. Throws `configuration` where there is none of them. */
function loadDefault(config: KubeConfig): void {
  const ofHome = join(homedir(), '.kube', 'config');
  try {
    config.loadFromDefault();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unusable(`the kubeconfig (KUBECONFIG, or ${ofHome}) cannot be read: ${why}`, cause);
  }
  if (foundNothing(config))
    throw unusable(
      `there is no kubeconfig: KUBECONFIG is not set, and there is no file ${ofHome}.\n` +
        'Set KUBECONFIG to the file of your cluster, or bring a fleet up with `restitch lab up` and add --lab.',
    );
}

/** Where client-node finds nothing, it makes this context up: http://localhost:8080, as old versions of kubectl did. */
function foundNothing(config: KubeConfig): boolean {
  return (
    config.getCurrentContext() === 'loaded-context' && config.getCurrentCluster()?.server === 'http://localhost:8080'
  );
}

function unusable(message: string, cause?: unknown): RestitchError {
  return new RestitchError('configuration', message, { retryable: false, cause });
}
