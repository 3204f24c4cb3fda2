import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from '../aws/aws-credentials.ts';
import { Sha256 } from '../aws/sha256.ts';

/** The URL says 60 s, as the AWS CLI's does; EKS accepts the token for 15 minutes all the same. */
const EXPIRES_SECONDS = 60;

/** A bearer token for an EKS cluster: a presigned STS GetCallerIdentity that names the cluster in a signed header. */
export async function eksToken(
  clusterName: string,
  region: string,
  credentials: AwsCredentials,
  now: Date,
): Promise<string> {
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256, applyChecksum: false });
  const hostname = `sts.${region}.amazonaws.com`;
  const request = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': clusterName },
    },
    { expiresIn: EXPIRES_SECONDS, signingDate: now, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request.query ?? {})) query.set(key, String(value));
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${query}`).toString('base64url')}`;
}
