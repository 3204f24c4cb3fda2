import { expect, it } from 'vitest';
import { eksToken } from '../../../adapters/kubernetes/eks-token.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example', sessionToken: 'session' };
const at = new Date('2026-11-21T03:00:00Z');

it('is a presigned GetCallerIdentity of the region that names the cluster in a signed header', async () => {
  const token = await eksToken('fleet', 'eu-central-1', credentials, at);
  const [version, encoded = ''] = token.split('.');
  expect(version).toBe('k8s-aws-v1');
  expect(encoded).toMatch(/^[A-Za-z0-9_-]+$/);
  const url = new URL(Buffer.from(encoded, 'base64url').toString('utf8'));
  expect(url.host).toBe('sts.eu-central-1.amazonaws.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'GetCallerIdentity',
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    'X-Amz-Expires': '60',
    'X-Amz-Date': '20261121T030000Z',
    'X-Amz-Credential': 'AKIDEXAMPLE/20261121/eu-central-1/sts/aws4_request',
    'X-Amz-Security-Token': 'session',
  });
});

it('signs the name of the cluster: another cluster, another signature', async () => {
  const signature = async (name: string) => {
    const [, encoded = ''] = (await eksToken(name, 'eu-central-1', credentials, at)).split('.');
    return new URL(Buffer.from(encoded, 'base64url').toString('utf8')).searchParams.get('X-Amz-Signature');
  };
  expect(await signature('fleet')).toMatch(/^[0-9a-f]{64}$/);
  expect(await signature('fleet')).not.toBe(await signature('other'));
});
