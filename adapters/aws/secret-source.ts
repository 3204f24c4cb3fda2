import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import { toRestitchError } from './aws-error.ts';

/** A rotated secret takes effect within this time, without a deployment. */
const CACHE_MS = 60_000;

/** Opens the secret of an id. What it returns reads the secret and throws `RestitchError` when that fails. */
export type OpenSecret<T> = (secretId: string) => () => Promise<T>;

/**
 * Reads one JSON secret, at most once a minute. Throws `RestitchError` (code `configuration`): retryable when the service
 * failed, not retryable when the secret does not fit its schema. The message never contains the secret.
 */
export function createSecretSource<T>(
  client: Pick<SecretsManagerClient, 'send'>,
  secretId: string,
  schema: z.ZodType<T>,
  clock: () => number = Date.now,
): () => Promise<T> {
  let cached: { readonly value: T; readonly until: number } | undefined;
  return async () => {
    if (cached !== undefined && clock() < cached.until) return cached.value;
    const result = schema.safeParse(parseJson(await read(client, secretId)));
    if (!result.success) {
      const [issue] = result.error.issues;
      throw new RestitchError('configuration', `secret ${secretId}: ${issue?.path.join('.')}: ${issue?.message}`, {
        retryable: false,
      });
    }
    cached = { value: result.data, until: clock() + CACHE_MS };
    return result.data;
  };
}

async function read(client: Pick<SecretsManagerClient, 'send'>, secretId: string): Promise<string> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? '';
  } catch (error) {
    throw toRestitchError('configuration', error);
  }
}

/** Undefined when it is not JSON; the schema then reports what is missing. JSON.parse's own message would quote the secret. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
