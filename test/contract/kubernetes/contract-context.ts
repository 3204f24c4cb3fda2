import type { Cluster } from '../../../core/safety/cluster.ts';
import type { ClusterUnderTest, Others } from './cluster-under-test.ts';

/** What a part of the suite works with; only there while its tests run. */
export interface ContractContext {
  readonly underTest: () => ClusterUnderTest;
  /** The adapter, with the rights of the runbook. */
  readonly cluster: () => Cluster;
  readonly others: () => Others;
}
