import * as z from 'zod';

/**
 * How a function finds the Kubernetes API: an EKS cluster by name (presigned STS token and an access entry), or a
 * kubeconfig in Secrets Manager (K3s with a bound token).
 */
export const ClusterEnvironment = z.object({
  EKS_CLUSTER_NAME: z.string().min(1).optional(),
  EKS_CLUSTER_ENDPOINT: z.url().optional(),
  EKS_CLUSTER_CA: z.string().optional().describe('base64 PEM'),
  AWS_REGION: z.string().default('us-east-1'),
  AWS_ENDPOINT_URL: z.url().optional(),
  AWS_ENDPOINT_URL_STS: z.url().optional(),
  KUBECONFIG_SECRET_ID: z.string().min(1).optional(),
});

export type ClusterEnvironment = z.infer<typeof ClusterEnvironment>;
