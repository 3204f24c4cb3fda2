import type { Node } from 'constructs';
import * as z from 'zod';
import { RouteTableId } from '../core/cloud/route-table.ts';
import { RestitchError } from '../core/restitch-error.ts';
import { SettingsEnvironment } from '../functions/settings-environment.ts';

/**
 * The stack is built from these keys: as environment variables they would change the functions, but not their permissions, nor
 * the functions and alarms that do not get `environment`.
 */
const keyOfVariable = {
  INSTANCE_TAG: 'instanceTag',
  DOCUMENT_PREFIX: 'documentPrefix',
  ROUTE_TABLES: 'routeTables',
  CLUSTERS: 'clusters',
  ALERTMANAGER_URL: 'alertmanager',
  ALERTMANAGER_RECEIVER: 'alertmanager',
};

/** Variables of docs/configuration.md. A wrong value is found at synth, and not only when a function starts. */
const FunctionEnvironment = z.record(z.string(), z.string()).superRefine((environment, context) => {
  for (const [variable, key] of Object.entries(keyOfVariable)) {
    if (environment[variable] !== undefined)
      context.addIssue({ code: 'custom', path: [variable], message: `set ${key} instead` });
  }
  for (const { path, message } of SettingsEnvironment.safeParse(environment).error?.issues ?? [])
    context.addIssue({ code: 'custom', path, message });
});

/**
 * What a team sets in `cdk.json` under `context.restitch`. Every key has a default but the cluster: without `eks` or
 * `kubeconfigSecret` the stack is an error at synth.
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
    /** Ids of the workspace (`T…`), the app (`A…`) and the channels (`C…`) whose `/restitch` is answered. Empty: none is. */
    slackCommands: z
      .strictObject({
        workspaces: z.array(z.string()).default([]),
        apps: z.array(z.string()).default([]),
        channels: z.array(z.string()).default([]),
      })
      .prefault({}),
    documentPrefix: z
      .string()
      .regex(/^[A-Za-z0-9_-]{3,40}$/)
      .default('Restitch'),
    /** Commands can be sent only to instances with this tag. */
    instanceTag: z.string().default('restitch:node'),
    /** Route tables of the VPC that Restitch may read, and change after approval. Empty: no rights. */
    routeTables: z.array(RouteTableId).default([]),
    /** The names that alerts give the cluster, beside `eks.name` and `defaultCluster`. Alerts of others are refused. */
    clusters: z.array(z.string().min(1)).default([]),
    defaultCluster: z.string().nullable().default(null),
    /**
     * The Alertmanager that sends the webhooks, for sweep to ask what it has: its URL, a Secrets Manager secret
     * `{"token": "…"}` where it needs one, and the name of our receiver.
     */
    alertmanager: z
      .strictObject({
        url: z.url(),
        tokenSecret: z.string().min(1).nullable().default(null),
        receiver: z.string().min(1).default('restitch'),
      })
      .nullable()
      .default(null),
    /** Further environment of intake, runbook and sweep: see docs/configuration.md. */
    environment: FunctionEnvironment.default({}),
  })
  .prefault({});

export type StackSettings = z.infer<typeof StackSettings>;

/** Every name that alerts may give the cluster. */
export function clusterNames({ clusters, eks, defaultCluster, environment }: StackSettings): readonly string[] {
  const others = [eks?.name, defaultCluster ?? undefined, environment['DEFAULT_CLUSTER']];
  return [...new Set([...clusters, ...others.filter((name) => name !== undefined)])];
}

/** Reads the settings from the app's context. The error names the path of a wrong key. */
export function stackSettings(node: Node): StackSettings {
  const result = StackSettings.safeParse(node.tryGetContext('restitch') ?? {});
  if (result.success) return result.data;
  throw new RestitchError('configuration', `context restitch: ${z.prettifyError(result.error)}`, { retryable: false });
}
