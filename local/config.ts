import * as z from 'zod';
import { overlayNames } from '../core/overlay/overlay-name.ts';
import { CommaList } from '../functions/comma-list.ts';
import { type EnvironmentVariables, parseEnvironment } from '../functions/parse-environment.ts';
import { SettingsEnvironment } from '../functions/settings-environment.ts';

/**
 * `npm start` breaks and repairs its own fleet, so there it acts, and forgets what earlier drills did: the same node may be broken
 * again a minute later. With a KUBECONFIG the nodes are somebody's, and the settings are those of a first deployment.
 */
const labSettings = {
  REPAIR_MODE: 'act',
  COOLDOWN_SECONDS: '',
  RUNS_PER_DAY: '1000',
  INEFFECTIVE_RUNS: '1000',
  FLAP_INCIDENTS: '1000',
  BREAKER_MIN_NODES: '1000',
};

/**
 * The environment of `npm start`. An endpoint that is set here replaces the runtime's own stand-in. Such a server
 * is called with the SDK's ordinary credentials.
 */
const Environment = SettingsEnvironment.extend({
  AWS_ENDPOINT_URL_SQS: z.url().optional(),
  AWS_ENDPOINT_URL_DYNAMODB: z.url().optional(),
  AWS_ENDPOINT_URL_SSM: z.url().optional(),
  AWS_ENDPOINT_URL_EC2: z.url().optional(),
  AWS_REGION: z.string().default('us-east-1'),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_PROFILE: z.string().optional(),
  AWS_WEB_IDENTITY_TOKEN_FILE: z.string().optional(),
  AWS_CONTAINER_CREDENTIALS_FULL_URI: z.string().optional(),
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: z.string().optional(),
  KUBECONFIG: z.string().min(1).optional(),
  SLACK_API_URL: z.url().optional(),
  SLACK_BOT_TOKEN: z.string().min(1).optional(),
  SLACK_SIGNING_SECRET: z.string().min(1).optional(),
  SLACK_CHANNEL: z.string().min(1).default('#restitch'),
  APPROVERS: CommaList.optional(),
  SLACK_WORKSPACES: z.string().default(''),
  SLACK_APPS: z.string().default(''),
  SLACK_COMMAND_CHANNELS: z.string().default(''),
  SLACK_ESCALATION_CHANNEL: z.string().min(1).optional(),
  SLACK_ESCALATION_GROUP: z.string().min(1).optional(),
  /** Another tool in which people answer, and the keys of Standard Webhooks that sign what is posted to it and what it posts. */
  APPROVAL_WEBHOOK_URL: z.url().optional(),
  APPROVAL_WEBHOOK_KEY: z.string().min(1).optional(),
  APPROVAL_ANSWER_KEY: z.string().min(1).optional(),
  WEBHOOK_TOKENS: CommaList.optional(),
  ALERTMANAGER_TOKEN: z.string().min(1).optional(),
  QUEUE_NAME: z.string().min(1).default('restitch'),
  TABLE_NAME: z.string().min(1).default('restitch'),
  /** The lab's own cluster is called so. */
  CLUSTERS: CommaList.prefault('lab'),
  /** Shorter than in the stack, so that a drill ends soon. */
  STABLE_SECONDS: z.coerce.number().int().nonnegative().default(3),
  SWEEP_SECONDS: z.coerce.number().positive().default(60),
  ORPHAN_GRACE_SECONDS: z.coerce.number().int().positive().default(120),
  /**
   * Flannel's backend on the fleet of namespaces. Unset: the backend of the state folder's fleet, or VXLAN if there is
   * none yet.
   */
  FLANNEL_BACKEND: z.enum(overlayNames).optional(),
  /** The fleet of namespaces is this variant of `restitch lab variants`, which has a backend. Unset: the plain one of the backend. */
  LAB_VARIANT: z.string().optional(),
  /** Whether the platform team of our own fleet keeps an inventory of it. */
  LAB_INVENTORY: z.enum(['on', 'off']).default('on'),
  FLEET: z.enum(['auto', 'namespaces', 'simulated']).default('auto'),
});

export interface LocalConfig extends z.infer<typeof Environment> {
  /** The team's settings as they were given: the functions parse them themselves, as they do in the stack. */
  readonly settings: Readonly<Record<string, string>>;
  /** What counts for settings that were not given, where that differs from the stack. */
  readonly defaults: Readonly<Record<string, string>>;
}

export function loadLocalConfig(environment: EnvironmentVariables): LocalConfig {
  // An empty variable counts as unset: shell scripts pass unset variables on as empty ones.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const defaults = set['KUBECONFIG'] === undefined ? labSettings : {};
  const settings = Object.keys(SettingsEnvironment.shape).flatMap((name) => {
    const value = set[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...parseEnvironment(Environment, { ...defaults, ...set }),
    settings: Object.fromEntries(settings),
    defaults,
  };
}
