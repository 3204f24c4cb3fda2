import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import { toRestitchError } from './aws-error.ts';

const CACHE_MS = 60_000;

/** Reads one JSON secret, at most once a minute, so that a rotation is seen without a deployment. */
export function createSecretSource<T>(
  client: SecretsManagerClient,
  secretId: string,
  schema: z.ZodType<T>,
): () => Promise<T> {
  let cached: { readonly value: T; readonly until: number } | undefined;
  return async () => {
    if (cached !== undefined && Date.now() < cached.until) return cached.value;
    const value = schema.safeParse(JSON.parse(await read(client, secretId)));
    if (!value.success) {
      const [issue] = value.error.issues;
      throw new RestitchError('configuration', `secret ${secretId}: ${issue?.path.join('.')}: ${issue?.message}`, {
        retryable: false,
      });
    }
    cached = { value: value.data, until: Date.now() + CACHE_MS };
    return value.data;
  };
}

async function read(client: SecretsManagerClient, secretId: string): Promise<string> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? '{}';
  } catch (error) {
    throw toRestitchError('configuration', error);
  }
}
