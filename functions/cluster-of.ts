import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { AwsCredentialSource } from '../adapters/aws/aws-credentials.ts';
import { createSecretSource } from '../adapters/aws/secret-source.ts';
import { createKubernetesCluster } from '../adapters/kubernetes/kubernetes-cluster.ts';
import { RestitchError } from '../core/restitch-error.ts';
import type { Cluster } from '../core/safety/cluster.ts';
import type { ServedCluster } from './served-cluster.ts';

/** The secret `{"kubeconfig": "…"}`. */
export const KubeconfigSecret = z.object({ kubeconfig: z.string().min(1) });

export interface ClusterAccess {
  /** Reads the kubeconfig. */
  readonly secrets: SecretsManagerClient;
  /** Whose token EKS gets, and the region of STS that signs it. */
  readonly credentials: AwsCredentialSource;
  readonly region: string;
}

/** The Kubernetes API of a served cluster. Throws `RestitchError` (code `configuration`) when nothing says how it is reached. */
export function clusterOf(
  { kubeconfigSecret, eks }: Pick<ServedCluster, 'kubeconfigSecret' | 'eks'>,
  { secrets, credentials, region }: ClusterAccess,
): Cluster {
  if (kubeconfigSecret !== undefined) {
    const secret = createSecretSource(secrets, kubeconfigSecret, KubeconfigSecret);
    return createKubernetesCluster(async ({ KubeConfig }) => {
      const config = new KubeConfig();
      config.loadFromString((await secret()).kubeconfig);
      return config;
    });
  }
  if (eks === undefined) {
    throw new RestitchError('configuration', 'set KUBECONFIG_SECRET_ID, or EKS_CLUSTER_NAME with its endpoint', {
      retryable: false,
    });
  }
  const { name, endpoint: server, ca } = eks;
  return createKubernetesCluster(async ({ KubeConfig }) => {
    const config = new KubeConfig();
    // Loaded for EKS only.
    const { eksToken } = await import('../adapters/kubernetes/eks-token.ts');
    const token = await eksToken(name, region, await credentials(), new Date());
    config.loadFromClusterAndUser(
      { name, server, skipTLSVerify: false, ...(ca === undefined ? {} : { caData: ca }) },
      { name: 'restitch', token },
    );
    return config;
  });
}
