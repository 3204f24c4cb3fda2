import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from './cluster.ts';
import { below, type Contradiction } from './contradiction.ts';

type Clusters = readonly [Cluster, ...Cluster[]];

/** The clusters of each stack, in the order of the file. The name of a stack is its identity. */
export function clustersByStack(clusters: readonly Cluster[]): readonly Clusters[] {
  return [...Map.groupBy(clusters, ({ stack }) => stack.name).values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [[first, ...more] as const],
  );
}

/** Clusters that share a stack say the same of it. */
export function sharedStacks(clusters: readonly Cluster[]): readonly Contradiction[] {
  return clustersByStack(clusters).flatMap(([first, ...more]) =>
    more.flatMap((cluster, index) => {
      const before = [first, ...more.slice(0, index)];
      const found = [...ofStack(first, cluster), ...ofVpc(before, cluster), ...ofAlerts(before, cluster)];
      found.push(...ofAccount(before, cluster), ...ofApi(before, cluster));
      return found.map((each) => below(clusters.indexOf(cluster), each));
    }),
  );
}

function ofStack(first: Cluster, { stack, notification }: Cluster): readonly Contradiction[] {
  const shared = `${first.name} shares the stack ${stack.name}`;
  const keys = Object.keys({ ...first.stack, ...stack });
  const at = (of: object, key: string): unknown => new Map(Object.entries(of)).get(key);
  const found = keys.flatMap((key): Contradiction[] => {
    const wanted = at(first.stack, key);
    if (isDeepStrictEqual(wanted, at(stack, key))) return [];
    const what =
      wanted === undefined ? 'does not say it: leave it out' : `has ${JSON.stringify(wanted)}: write the same`;
    return [{ path: ['stack', key], message: `${shared} and ${what}, or another stack.name` }];
  });
  if (!isDeepStrictEqual(first.notification, notification)) {
    const message = `${shared}, whose alarms go to ${JSON.stringify(first.notification)}: write the same, or another stack.name`;
    found.push({ path: ['notification'], message });
  }
  return found;
}

/** A function stands in one VPC. One that says none has an API that is reached from there. */
function ofVpc(before: readonly Cluster[], { vpc, stack }: Cluster): readonly Contradiction[] {
  const other = before.find((one) => one.vpc !== undefined);
  if (vpc === undefined || other === undefined || isDeepStrictEqual(other.vpc, vpc)) return [];
  const message = `the functions of ${stack.name} stand in the VPC of ${other.name}: write the same subnets and securityGroups, leave vpc out where that VPC reaches this API too, or write another stack.name`;
  return [{ path: ['vpc'], message }];
}

function ofAlerts(before: readonly Cluster[], { takesUnnamedAlerts, stack }: Cluster): readonly Contradiction[] {
  const other = before.find((one) => one.takesUnnamedAlerts);
  if (!takesUnnamedAlerts || other === undefined) return [];
  const message = `${other.name} takes them already in the stack ${stack.name}: write false for one of the two`;
  return [{ path: ['takesUnnamedAlerts'], message }];
}

/** One stack in each account and region. */
function ofAccount(before: readonly Cluster[], { account }: Cluster): readonly Contradiction[] {
  const other = before.find((one) => one.account?.id === account?.id && one.account?.region === account?.region);
  if (account === undefined || other === undefined || isDeepStrictEqual(other.account, account)) return [];
  const message = `${other.name} is in the same account and region, with another externalId or permissionsBoundary: write the same`;
  return [{ path: ['account'], message }];
}

/** The same API under two names would be one cluster that is worked on as two. */
function ofApi(before: readonly Cluster[], { kubeconfigSecret, eks }: Cluster): readonly Contradiction[] {
  const isSame = (one: Cluster) =>
    (kubeconfigSecret !== undefined && one.kubeconfigSecret === kubeconfigSecret) ||
    (eks !== undefined && one.eks?.endpoint === eks.endpoint);
  const other = before.find(isSame);
  if (other === undefined) return [];
  const message = `it is the API of ${other.name}: write another one, or one cluster with otherNames`;
  return [{ path: kubeconfigSecret === undefined ? ['eks', 'endpoint'] : ['kubeconfigSecret'], message }];
}
