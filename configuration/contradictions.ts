import { isWebhookPerson } from '../core/safety/approver.ts';
import { SettingsEnvironment } from '../functions/settings-environment.ts';
import { ApproverIds } from './approver-id.ts';
import type { Cluster } from './cluster.ts';
import { below, type Contradiction } from './contradiction.ts';
import { knownPlaces, unknownPools } from './known-places.ts';
import { networksApart } from './networks-apart.ts';
import { LONGEST_ROLE_NAME, roleNameIn } from './role-name.ts';
import { defaultOf } from './setting.ts';
import { sharedInstances } from './shared-instances.ts';
import { sharedStacks } from './shared-stacks.ts';
import { variablesOf } from './variables-of.ts';

interface Given {
  readonly clusters: readonly Cluster[];
  readonly approvers: readonly string[];
  readonly slack: { readonly escalation?: { readonly channel?: unknown; readonly group?: unknown } | undefined };
  readonly approvalWebhook?: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
}

export function contradictionsOf(given: Given): readonly Contradiction[] {
  return [
    ...given.clusters.flatMap((cluster, at) => withinCluster(cluster).map((found) => below(at, found))),
    ...repeatedNames(given.clusters),
    ...repeatedPrefixes(given.clusters),
    ...sharedStacks(given.clusters),
    ...sharedInstances(given.clusters),
    ...unknownPools(given.clusters, given.settings),
    ...withoutApprovers(given),
    ...withoutWebhook(given),
    ...ruleApprovers(given),
    ...escalations(given),
  ];
}

function withinCluster(cluster: Cluster): readonly Contradiction[] {
  const { name, kubeconfigSecret, eks, notification, stack, watchdog, account } = cluster;
  const { topic, nobody } = notification;
  const found: Contradiction[] = [];
  if (kubeconfigSecret === undefined && eks === undefined)
    found.push({
      path: [],
      message: 'nothing says how its API is reached: write kubeconfigSecret (K3s and others) or eks',
    });
  if (kubeconfigSecret !== undefined && eks !== undefined)
    found.push({ path: ['kubeconfigSecret'], message: 'eks is given too: write only one of the two' });
  if (watchdog?.install === true && !/^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,256}$/u.test(name))
    found.push({
      path: ['watchdog', 'install'],
      message: `a tag cannot have the value ${name}: write a name of letters, digits, blanks and _.:/=+@-`,
    });
  if (topic === undefined && nobody === undefined)
    found.push({ path: ['notification'], message: 'it is empty: write topic: arn:aws:sns:…, or nobody: and why' });
  if (topic !== undefined && nobody !== undefined)
    found.push({ path: ['notification', 'nobody'], message: 'topic is given too: write only one of the two' });
  found.push(
    ...elsewhere(['notification', 'topic'], topic, stack.region),
    ...elsewhere(['stack', 'encryptionKey'], stack.encryptionKey, stack.region),
  );
  if ((stack.account === undefined) !== (stack.region === undefined))
    found.push({ path: ['stack'], message: 'write account and region, or neither of them' });
  if (account !== undefined) found.push(...otherAccount(account, stack));
  found.push(...knownPlaces(cluster), ...networksApart(cluster));
  return found;
}

/** Its roles there and those of the stack name each other. */
function otherAccount(account: NonNullable<Cluster['account']>, stack: Cluster['stack']): readonly Contradiction[] {
  if (stack.account === undefined || stack.region === undefined)
    return [{ path: ['account'], message: 'the roles there name the functions: write stack.account and stack.region' }];
  if (account.id === stack.account && account.region === stack.region)
    return [{ path: ['account'], message: 'it is that of the stack: leave account out' }];
  const most = [stack.region, account.region].map(
    (region) => LONGEST_ROLE_NAME - roleNameIn('', 'runbook', region).length,
  );
  if (stack.name.length <= Math.min(...most)) return [];
  const message = `it begins the names of roles, which are too long then: write at most ${Math.min(...most)} letters`;
  return [{ path: ['stack', 'name'], message }];
}

/** Alarms reach topics of their own region only, and services take keys of theirs. `arn`: of the topic or the key. */
function elsewhere(path: Contradiction['path'], arn = '', stackRegion = ''): readonly Contradiction[] {
  const region = arn.split(':')[3];
  if (region === undefined || stackRegion === '' || region === stackRegion) return [];
  return [{ path, message: `it is in ${region}, and the stack is in ${stackRegion}: write one of ${stackRegion}` }];
}

function repeatedNames(clusters: readonly Cluster[]): readonly Contradiction[] {
  const owners = new Map<string, string>();
  return clusters.flatMap(({ name, otherNames }, at) => {
    const paths = [['name'], ...otherNames.map((_, index) => ['otherNames', index])];
    return [name, ...otherNames].flatMap((one, index) => {
      const owner = owners.get(one);
      owners.set(one, name);
      if (owner === undefined) return [];
      return below(at, { path: paths[index] ?? [], message: `${one} names ${owner} already: write another name` });
    });
  });
}

/** Two stacks of one account and region may not share the names of their documents. */
function repeatedPrefixes(clusters: readonly Cluster[]): readonly Contradiction[] {
  const owners = new Map<string, Cluster>();
  return clusters.flatMap((cluster, at) => {
    const { name, account, region, documentPrefix } = cluster.stack;
    const value = documentPrefix ?? defaultOf('DOCUMENT_PREFIX');
    const place = JSON.stringify([value, account, region]);
    const owner = owners.get(place) ?? cluster;
    owners.set(place, owner);
    if (owner.stack.name === name) return [];
    const message = `the stack of ${owner.name} has the documentPrefix ${value} too: write another stack.documentPrefix`;
    return below(at, { path: documentPrefix === undefined ? ['stack'] : ['stack', 'documentPrefix'], message });
  });
}

/** It comes before the question's end, and to somebody. */
function escalations({ slack: { escalation }, settings }: Given): readonly Contradiction[] {
  const { ESCALATE_AFTER_SECONDS: after, APPROVAL_TIMEOUT_SECONDS: timeout } = SettingsEnvironment.parse(
    variablesOf(settings),
  );
  const path = ['settings', 'safety', 'escalateAfterSeconds'];
  if (after === 0) return [];
  if (after >= timeout) return [{ path, message: `questions expire after ${timeout} s: write a smaller number` }];
  if (escalation?.channel !== undefined || escalation?.group !== undefined) return [];
  return [{ path, message: 'nobody is told: write slack.escalation with a channel, a group or both' }];
}

/** Shadow asks nobody. */
function withoutApprovers({ approvers, settings }: Given): readonly Contradiction[] {
  if (approvers.length > 0) return [];
  const { REPAIR_MODE: mode, EARNED_AUTONOMY: earned } = SettingsEnvironment.parse(variablesOf(settings));
  if (mode === 'shadow' && !earned) return [];
  const why = mode === 'act' ? 'settings.safety.mode is act' : 'settings.safety.autonomy.earned is true';
  const message = `nobody may approve, but ${why}, and cloud-route, bounce and a restart of a hub always ask: write Slack user ids, such as [U0123ABCD]`;
  return [{ path: ['approvers'], message }];
}

/** Who may answer instead of the general list, where it is nobody that there is. */
function ruleApprovers({ approvalWebhook, settings }: Given): readonly Contradiction[] {
  const { APPROVAL_RULES: rules } = SettingsEnvironment.parse(variablesOf(settings));
  return rules.flatMap(({ approvers = [] }, at) => {
    const path = ['settings', 'safety', 'approvalRules', at, 'approvers'];
    const wrong = ApproverIds.safeParse(approvers).error?.issues ?? [];
    return [
      ...wrong.map(({ path: within, message }) => ({ path: [...path, Number(within[0])], message })),
      ...unreachable(approvers, approvalWebhook, path),
    ];
  });
}

function withoutWebhook({ approvers, approvalWebhook }: Given): readonly Contradiction[] {
  return unreachable(approvers, approvalWebhook, ['approvers']);
}

function unreachable(
  approvers: readonly string[],
  approvalWebhook: unknown,
  path: Contradiction['path'],
): readonly Contradiction[] {
  const at = approvalWebhook === undefined ? approvers.findIndex(isWebhookPerson) : -1;
  const message = 'nobody can answer like this: write approvalWebhook with the url of the other tool';
  return at < 0 ? [] : [{ path: [...path, at], message }];
}
