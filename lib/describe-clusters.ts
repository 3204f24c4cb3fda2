import { type AccountHolder, accountRoleArn } from '../configuration/role-name.ts';
import { SERVED_CLUSTERS_FILE, type ServedCluster } from '../functions/served-cluster.ts';
import { clusterNames, isAlone, type StackCluster, type StackSettings } from './stack-settings.ts';

/** What a function is told of the clusters that it serves. */
export interface DescribedClusters {
  readonly environment: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * One cluster in the stack's own account is in the environment. Several are a file beside the code, because an environment holds 4 KB
 * and the certificate of one EKS cluster is a third of that.
 */
export function describeClusters(settings: StackSettings, holder: AccountHolder): DescribedClusters {
  const [first] = settings.served;
  const names = { CLUSTERS: clusterNames(settings).join(','), ...defaultCluster(settings) };
  if (isAlone(settings))
    return { environment: { INSTANCE_TAG: first.instanceTag, ...names, ...environmentOf(first, holder) }, files: {} };
  const clusters = settings.served.map((cluster) => inFile(cluster, settings, holder));
  return { environment: names, files: { [SERVED_CLUSTERS_FILE]: JSON.stringify(clusters) } };
}

/** The cluster of alerts that name none. */
export function defaultCluster({ served }: StackSettings): Readonly<Record<string, string>> {
  const owner = served.find(({ takesUnnamed }) => takesUnnamed);
  return owner === undefined ? {} : { DEFAULT_CLUSTER: owner.names[0] };
}

function environmentOf(
  { eks, kubeconfigSecret, routeTables, alertmanager }: StackCluster,
  holder: AccountHolder,
): Readonly<Record<string, string>> {
  return {
    ...(holder === 'runbook' ? { ROUTE_TABLES: routeTables.join(',') } : alertmanagerEnvironment(alertmanager)),
    ...(eks === null ? {} : { EKS_CLUSTER_NAME: eks.name, EKS_CLUSTER_ENDPOINT: eks.endpoint, EKS_CLUSTER_CA: eks.ca }),
    ...(kubeconfigSecret === null ? {} : { KUBECONFIG_SECRET_ID: kubeconfigSecret }),
  };
}

function alertmanagerEnvironment(alertmanager: StackCluster['alertmanager']): Readonly<Record<string, string>> {
  if (alertmanager === null) return {};
  const { url, receiver, tokenSecret } = alertmanager;
  return {
    ALERTMANAGER_URL: url,
    ALERTMANAGER_RECEIVER: receiver,
    ...(tokenSecret === null ? {} : { ALERTMANAGER_SECRET_ID: tokenSecret }),
  };
}

function inFile(
  {
    names,
    takesUnnamed,
    eks,
    kubeconfigSecret,
    instanceTag,
    nodeNames,
    routeTables,
    alertmanager,
    account,
  }: StackCluster,
  settings: StackSettings,
  holder: AccountHolder,
): ServedCluster {
  const access = (there: NonNullable<typeof account>) => ({
    region: there.region,
    roleArn: accountRoleArn(settings.stackName, holder, there),
    externalId: there.externalId,
  });
  return {
    names: [...names],
    takesUnnamed,
    ...(eks === null ? {} : { eks: { name: eks.name, endpoint: eks.endpoint, ca: eks.ca } }),
    ...(kubeconfigSecret === null ? {} : { kubeconfigSecret }),
    instanceTag,
    nodeNames: [...nodeNames],
    routeTables: holder === 'runbook' ? [...routeTables] : [],
    ...(holder === 'sweep' && alertmanager !== null ? { alertmanager: alertmanagerInFile(alertmanager) } : {}),
    ...(account === null ? {} : { account: access(account) }),
  };
}

function alertmanagerInFile({ url, receiver, tokenSecret }: NonNullable<StackCluster['alertmanager']>) {
  return { url, receiver, ...(tokenSecret === null ? {} : { tokenSecret }) };
}
