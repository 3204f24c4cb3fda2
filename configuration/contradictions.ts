import { SettingsEnvironment } from '../functions/settings-environment.ts';
import type { Cluster } from './cluster.ts';
import { defaultOf } from './setting.ts';
import { variablesOf } from './variables-of.ts';

/** Two parts of the file that do not go together. `path`: where one of them stands. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Given {
  readonly clusters: readonly Cluster[];
  readonly approvers: readonly string[];
  readonly slack: { readonly escalation?: { readonly channel?: unknown; readonly group?: unknown } | undefined };
  readonly settings: Readonly<Record<string, unknown>>;
}

export function contradictionsOf(given: Given): readonly Contradiction[] {
  return [
    ...given.clusters.flatMap((cluster, at) => withinCluster(cluster).map((found) => below(at, found))),
    ...repeatedNames(given.clusters),
    ...repeatedStacks(given.clusters),
    ...withoutApprovers(given),
    ...escalations(given),
  ];
}

function below(at: number, { path, message }: Contradiction): Contradiction {
  return { path: ['clusters', at, ...path], message };
}

function withinCluster(cluster: Cluster): readonly Contradiction[] {
  const { name, kubeconfigSecret, eks, notification, stack, watchdog } = cluster;
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
  return found;
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

/** Two stacks of one account and region may share neither their name nor the names of their documents. */
function repeatedStacks(clusters: readonly Cluster[]): readonly Contradiction[] {
  const owners = new Map<string, string>();
  return clusters.flatMap(({ name, stack }, at) => {
    const { account, region } = stack;
    return (['name', 'documentPrefix'] as const).flatMap((key) => {
      const value = key === 'name' ? stack.name : (stack.documentPrefix ?? defaultOf('DOCUMENT_PREFIX'));
      const place = JSON.stringify([key, value, account, region]);
      const owner = owners.get(place);
      owners.set(place, name);
      if (owner === undefined) return [];
      const message = `the stack of ${owner} has the ${key} ${value} too: write another stack.${key}`;
      return below(at, { path: stack[key] === undefined ? ['stack'] : ['stack', key], message });
    });
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
