import * as z from 'zod';
import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS } from '../../core/alert/resolve-target.ts';
import { CommaList } from '../comma-list.ts';
import { clustersOf, KnownClusters } from '../known-clusters.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';
import { stackNameSetting } from '../stack-name-setting.ts';
import type { AlertRules } from './read-alert.ts';

/** What a team may set about reading alerts; the same names locally and in the stack. */
export const SettingsEnvironment = z
  .object({
    CLUSTER_LABELS: CommaList.default([...DEFAULT_CLUSTER_LABELS]),
    NODE_LABELS: CommaList.default([...DEFAULT_NODE_LABELS]),
    /** What Lambda passes on at most. A function URL answers 413 by itself beyond that. */
    MAX_BODY_BYTES: z.coerce.number().int().positive().default(6_291_456),
  })
  .extend(KnownClusters.shape);

const Environment = SettingsEnvironment.extend({
  QUEUE_URL: z.url(),
  WEBHOOK_SECRET_ID: z.string().min(1),
  STACK_NAME: stackNameSetting,
});

const Token = z.string().min(16);

/**
 * Two tokens are valid at once, for rotation: put the new one in `current` and the old one in `previous`, change
 * Alertmanager, then remove `previous` (missing, null or empty).
 */
export const WebhookSecret = z.object({ current: Token, previous: Token.or(z.literal('')).nullish() });

export type WebhookSecret = z.infer<typeof WebhookSecret>;

/** The tokens that are valid now. */
export function tokensOf({ current, previous }: WebhookSecret): readonly string[] {
  return [current, previous ?? ''].filter((token) => token !== '');
}

/** The secret, read as the tokens that are valid now. */
export const WebhookTokens = WebhookSecret.transform(tokensOf);

/** How alerts are read, and whose are ours. */
export function alertRulesOf(config: z.infer<typeof SettingsEnvironment>): AlertRules {
  const { CLUSTER_LABELS: clusterLabels, NODE_LABELS: nodeLabels, DEFAULT_CLUSTER: defaultCluster } = config;
  return { rules: { clusterLabels, nodeLabels, defaultCluster }, clusters: clustersOf(config) };
}

export type IntakeConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): IntakeConfig {
  return parseEnvironment(Environment, environment);
}
