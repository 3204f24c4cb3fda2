import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ClusterEnvironment } from '../../../functions/cluster-environment.ts';
import { environmentCluster } from '../../../functions/environment-cluster.ts';
import { deployedClusters, SERVED_CLUSTERS_FILE } from '../../../functions/served-cluster.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

describe('the clusters of a function', () => {
  const folderWith = async (content: unknown) => {
    const folder = temporaryFolder();
    await writeFile(join(folder, SERVED_CLUSTERS_FILE), JSON.stringify(content));
    return folder;
  };

  it('are not told where there is no file: the environment describes the only one', () =>
    expect(deployedClusters(temporaryFolder())).toBeUndefined());

  it('are those of the file beside its code', async () => {
    const folder = await folderWith([{ names: ['west'], instanceTag: 'restitch:node', kubeconfigSecret: 'west' }]);
    expect(deployedClusters(folder)).toMatchObject([{ names: ['west'], routeTables: [], takesUnnamed: false }]);
  });

  it.each([
    ['no cluster', []],
    ['a cluster without a name', [{ names: [], instanceTag: 'restitch:node' }]],
    ['a route table that is none', [{ names: ['west'], instanceTag: 'restitch:node', routeTables: ['all'] }]],
  ])('are refused with %s', async (_what, content) => {
    const folder = await folderWith(content);
    expect(() => deployedClusters(folder)).toThrow(/clusters\.json: /);
  });
});

describe('the only cluster, from the environment', () => {
  const common = { CLUSTERS: ['west', 'old'], DEFAULT_CLUSTER: null, INSTANCE_TAG: 'restitch:node' };

  it('has its names, its tag and its access', () => {
    const environment = ClusterEnvironment.parse({ KUBECONFIG_SECRET_ID: 'west' });
    const alertmanager = { ALERTMANAGER_URL: 'http://am:9093', ALERTMANAGER_RECEIVER: 'restitch' };
    expect(environmentCluster({ ...environment, ...common, ...alertmanager, ROUTE_TABLES: [] })).toEqual([
      {
        names: ['west', 'old'],
        takesUnnamed: false,
        kubeconfigSecret: 'west',
        instanceTag: 'restitch:node',
        routeTables: [],
        alertmanager: { url: 'http://am:9093', receiver: 'restitch' },
      },
    ]);
  });

  it('is also the one of alerts that name none', () => {
    const environment = ClusterEnvironment.parse({});
    expect(environmentCluster({ ...environment, ...common, DEFAULT_CLUSTER: 'west' })[0].takesUnnamed).toBe(true);
  });
});
