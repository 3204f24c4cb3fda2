import * as z from 'zod';
import { CommaList } from '../functions/comma-list.ts';
import { type EnvironmentVariables, parseEnvironment } from '../functions/parse-environment.ts';
import { SettingsEnvironment } from '../functions/settings-environment.ts';

/**
 * The environment of `npm start`. What is set here replaces the runtime's own stand-in: other people's servers are
 * spoken to with the SDKs' ordinary credentials.
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
  WEBHOOK_TOKENS: CommaList.optional(),
  QUEUE_NAME: z.string().min(1).default('restitch'),
  TABLE_NAME: z.string().min(1).default('restitch'),
  /** Shorter than in the stack, so that a drill ends while somebody watches. */
  STABLE_SECONDS: z.coerce.number().int().nonnegative().default(3),
  SWEEP_SECONDS: z.coerce.number().positive().default(60),
  ORPHAN_GRACE_SECONDS: z.coerce.number().int().positive().default(120),
  /** What flannel runs on the fleet of namespaces; not given: what the state folder's fleet ran before, VXLAN at first. */
  FLANNEL_BACKEND: z.enum(['vxlan', 'wireguard-native']).optional(),
  FLEET: z.enum(['auto', 'namespaces', 'simulated']).default('auto'),
});

export interface LocalConfig extends z.infer<typeof Environment> {
  /** The team's settings as they were given: the functions parse them themselves, as they do in the stack. */
  readonly settings: Readonly<Record<string, string>>;
}

export function loadLocalConfig(environment: EnvironmentVariables): LocalConfig {
  // An empty variable is an unset one, as in every shell script that passes it on.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const settings = Object.keys(SettingsEnvironment.shape).flatMap((name) => {
    const value = set[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...parseEnvironment(Environment, set), settings: Object.fromEntries(settings) };
}
