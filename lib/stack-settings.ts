import type { Node } from 'constructs';
import * as z from 'zod';
import { RouteTableId } from '../core/cloud/route-table.ts';
import { RestitchError } from '../core/restitch-error.ts';

/**
 * What a team sets in `cdk.json` under `context.restitch`, or with `-c restitch.…` left out: every key has a default but
 * the cluster, without which the stack deploys and the runbook refuses to work.
 */
const StackSettings = z
  .strictObject({
    stackName: z.string().default('Restitch'),
    /** An EKS cluster: name, endpoint and base64 CA. Its access entry must name the runbook's and sweep's roles. */
    eks: z.strictObject({ name: z.string(), endpoint: z.url(), ca: z.string() }).nullable().default(null),
    /** Or K3s and others: a Secrets Manager secret `{"kubeconfig": "…"}`. */
    kubeconfigSecret: z.string().nullable().default(null),
    slackChannel: z.string().default('#restitch'),
    /** Slack user ids. Empty: nobody can approve, and every question expires. */
    approvers: z.array(z.string()).default([]),
    documentPrefix: z
      .string()
      .regex(/^[A-Za-z0-9_-]{3,40}$/)
      .default('Restitch'),
    /** Instances without this tag can never be commanded. */
    instanceTag: z.string().default('restitch:node'),
    /** Route tables of the VPC that Restitch may read, and change after approval. Empty: no right to touch any. */
    routeTables: z.array(RouteTableId).default([]),
    defaultCluster: z.string().nullable().default(null),
    /** Further environment of runbook and sweep: see the README's table. */
    environment: z.record(z.string(), z.string()).default({}),
  })
  .prefault({});

export type StackSettings = z.infer<typeof StackSettings>;

/** Reads the settings from the app's context. Throws with the path of what is wrong. */
export function stackSettings(node: Node): StackSettings {
  const result = StackSettings.safeParse(node.tryGetContext('restitch') ?? {});
  if (result.success) return result.data;
  throw new RestitchError('configuration', `context restitch: ${z.prettifyError(result.error)}`, { retryable: false });
}
