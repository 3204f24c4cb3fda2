import { type Environment, PermissionsBoundary, Tags, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Cluster } from '../configuration/cluster.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { roleNameIn } from '../configuration/role-name.ts';
import { RestitchError } from '../core/restitch-error.ts';
import { AccessStack, type AccessStackProps } from './access-stack.ts';
import { accountsOf } from './accounts-of.ts';
import { RestitchStack } from './restitch-stack.ts';
import { type StackAccount, type StackSettings, stackSettings } from './stack-settings.ts';

/** What is given beside the configuration, and counts instead of what is there. */
export interface StackOverrides {
  readonly stackName?: string;
  readonly env?: Environment;
  /** The ARN of a managed policy. */
  readonly permissionsBoundary?: string;
  /** Beside those of the configuration. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly settings?: Partial<Pick<StackSettings, 'vpc' | 'alarmTopic' | 'encryptionKey'>>;
}

/** A stack, and what it needs in the accounts of its clusters. */
export interface AddedStacks {
  readonly stack: RestitchStack;
  readonly accessStacks: readonly AccessStack[];
}

/**
 * The stack of the clusters that share it, and a small one for each account and region beside its own. `id`: of the construct. Throws
 * `RestitchError` (code `configuration`) where such an account must know the stack's own, and nothing says it.
 */
export function addStack(
  scope: Construct,
  id: string,
  clusters: readonly [Cluster, ...Cluster[]],
  configuration: Configuration,
  overrides: StackOverrides = {},
): AddedStacks {
  const place = clusters[0].stack;
  const { account = place.account, region = place.region } = overrides.env ?? {};
  const env = { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
  const given = { ...stackSettings(clusters, configuration), ...overrides.settings };
  const stackName = overrides.stackName ?? given.stackName;
  const accounts = accountsOf(given);
  const home = accounts.length === 0 ? undefined : homeOf(env);
  const roleNames = home && {
    runbook: roleNameIn(stackName, 'runbook', home.region),
    sweep: roleNameIn(stackName, 'sweep', home.region),
  };
  const settings = { ...given, stackName, roleNames: roleNames ?? null };
  const stack = new RestitchStack(scope, id, {
    settings,
    stackName,
    description: 'Restitch: repairs Kubernetes pod networking',
    env,
    terminationProtection: settings.deletionProtection,
    ...boundary(overrides.permissionsBoundary ?? place.permissionsBoundary),
  });
  const accessStacks = home === undefined ? [] : accounts.map((one) => accessStack(scope, one, settings, home));
  for (const access of accessStacks) stack.addStackDependency(access, 'the documents that the functions run');
  for (const each of [stack, ...accessStacks])
    for (const [name, value] of Object.entries({ ...place.tags, ...overrides.tags })) Tags.of(each).add(name, value);
  return { stack, accessStacks };
}

function accessStack(
  scope: Construct,
  account: StackAccount,
  settings: StackSettings,
  home: AccessStackProps['home'],
): AccessStack {
  const stackName = `${settings.stackName}-Access-${account.id}-${account.region}`;
  return new AccessStack(scope, stackName, {
    settings,
    account,
    home,
    stackName,
    description: `Restitch: what the stack ${settings.stackName} needs with the nodes here`,
    env: { account: account.id, region: account.region },
    ...boundary(account.permissionsBoundary ?? undefined),
  });
}

function homeOf({ account, region }: Environment): AccessStackProps['home'] {
  const isKnown = (text: string | undefined) => text !== undefined && !Token.isUnresolved(text);
  if (account !== undefined && region !== undefined && isKnown(account) && isKnown(region)) return { account, region };
  const message = 'a cluster is in another account, whose roles name the account and region of the stack: give both';
  throw new RestitchError('configuration', message, { retryable: false });
}

function boundary(arn: string | undefined) {
  return arn === undefined ? {} : { permissionsBoundary: PermissionsBoundary.fromArn(arn) };
}
