import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { AwsCredentialSource } from '../adapters/aws/aws-credentials.ts';
import { RouteTableId } from '../core/cloud/route-table.ts';
import { RestitchError } from '../core/restitch-error.ts';

/** The role of the function in a cluster's own account, where its instances and its route tables are. */
export const AccountAccess = z.object({
  region: z.string().min(1),
  roleArn: z.string().min(1),
  externalId: z.string().min(2),
});

/** One cluster that the functions serve. */
export const ServedCluster = z.object({
  names: z.tuple([z.string()], z.string()).describe('every name; the first one is its own'),
  takesUnnamed: z.boolean().default(false).describe('alerts that name no cluster are about this one'),
  eks: z.object({ name: z.string().min(1), endpoint: z.url(), ca: z.string().optional() }).optional(),
  kubeconfigSecret: z.string().min(1).optional(),
  instanceTag: z.string().min(1),
  nodeNames: z.array(z.string().min(1)).min(1).optional().describe('what the tag may say; absent: anything'),
  routeTables: z.array(RouteTableId).default([]),
  alertmanager: z
    .object({ url: z.url(), receiver: z.string().min(1), tokenSecret: z.string().min(1).optional() })
    .optional(),
  account: AccountAccess.optional().describe("absent: the stack's own"),
});

export type ServedCluster = z.infer<typeof ServedCluster>;
export type AccountAccess = z.infer<typeof AccountAccess>;

/** Only the credentials of a cluster's account, and its region: what the clients for it get beside the options of all. */
export interface AccountOptions {
  readonly region: string;
  readonly credentials: AwsCredentialSource;
}

/** Beside the code of a function: the clusters of a stack that serves several, or one in another account. */
export const SERVED_CLUSTERS_FILE = 'clusters.json';

const ServedClusters = z.tuple([ServedCluster], ServedCluster);

export type ServedClusters = z.infer<typeof ServedClusters>;

/**
 * The clusters that were deployed with the code in this folder. Undefined: the environment describes the only one. Throws
 * `RestitchError` (code `configuration`) for a file that cannot be read.
 */
export function deployedClusters(folder: string): ServedClusters | undefined {
  const text = textOf(join(folder, SERVED_CLUSTERS_FILE));
  if (text === undefined) return undefined;
  const result = ServedClusters.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  throw new RestitchError('configuration', `${SERVED_CLUSTERS_FILE}: ${z.prettifyError(result.error)}`, {
    retryable: false,
  });
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
