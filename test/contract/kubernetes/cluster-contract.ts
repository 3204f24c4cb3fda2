import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { describeApi } from './api-contract.ts';
import { describeClaims } from './claim-contract.ts';
import { type ClusterUnderTest, clusterFrom, Others } from './cluster-under-test.ts';
import type { ContractContext } from './contract-context.ts';
import { describeReading } from './reading-contract.ts';
import { describeReporting } from './reporting-contract.ts';

export type Opened =
  | { readonly type: 'open'; readonly cluster: ClusterUnderTest }
  | { readonly type: 'unavailable'; readonly reason: string };

/** What Restitch relies on in a Kubernetes API, said once for the real one and for the stand-in. */
export function describeClusterContract(title: string, open: () => Promise<Opened>): void {
  describe(title, () => {
    let opened: Opened;

    beforeAll(async () => {
      opened = await open();
      if (opened.type === 'unavailable') process.stderr.write(`${title}: skipped: ${opened.reason}\n`);
    }, 120_000);
    beforeEach((context) => {
      if (opened.type === 'unavailable') context.skip(opened.reason);
    });
    afterAll(async () => {
      if (opened?.type === 'open') await opened.cluster.close();
    }, 60_000);

    const underTest = () => {
      if (opened.type !== 'open') throw new Error(opened.reason);
      return opened.cluster;
    };
    const context: ContractContext = {
      underTest,
      cluster: () => clusterFrom(underTest().kubeconfig),
      others: () => new Others(underTest().adminKubeconfig),
    };
    describeClaims(context);
    describeApi(context);
    describeReading(context);
    describeReporting(context);
  });
}
