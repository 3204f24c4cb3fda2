import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { createSecretSource } from '../adapters/aws/secret-source.ts';
import { eksToken } from '../adapters/kubernetes/eks-token.ts';
import { createKubernetesCluster } from '../adapters/kubernetes/kubernetes-cluster.ts';
import { RestitchError } from '../core/restitch-error.ts';
import type { Cluster } from '../core/safety/cluster.ts';
import type { ClusterEnvironment } from './cluster-environment.ts';

/** The secret `{"kubeconfig": "…"}`. */
export const KubeconfigSecret = z.object({ kubeconfig: z.string().min(1) });

/**
 * The cluster that the environment names; `secrets` reads the kubeconfig and its credentials sign the token for EKS.
 * Throws `RestitchError` (code `configuration`) when the environment names no cluster.
 */
export function clusterFromEnvironment(environment: ClusterEnvironment, secrets: SecretsManagerClient): Cluster {
  const { KUBECONFIG_SECRET_ID: secretId, EKS_CLUSTER_NAME: name, EKS_CLUSTER_ENDPOINT: server } = environment;
  if (secretId !== undefined) {
    const secret = createSecretSource(secrets, secretId, KubeconfigSecret);
    return createKubernetesCluster(async ({ KubeConfig }) => {
      const config = new KubeConfig();
      config.loadFromString((await secret()).kubeconfig);
      return config;
    });
  }
  if (name === undefined || server === undefined) {
    throw new RestitchError('configuration', 'set KUBECONFIG_SECRET_ID, or EKS_CLUSTER_NAME with its endpoint', {
      retryable: false,
    });
  }
  const { credentials } = secrets.config;
  return createKubernetesCluster(async ({ KubeConfig }) => {
    const config = new KubeConfig();
    const token = await eksToken(name, environment.AWS_REGION, await credentials(), new Date());
    const ca = environment.EKS_CLUSTER_CA;
    config.loadFromClusterAndUser(
      { name, server, skipTLSVerify: false, ...(ca === undefined ? {} : { caData: ca }) },
      { name: 'restitch', token },
    );
    return config;
  });
}
