import { loadLocalConfig } from '../local/config.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

/** The value of `--cluster`, or the only one of CLUSTERS. */
export function clusterFrom(given: string | undefined, environment: CliIo['environment']): string {
  if (given !== undefined) return given;
  const { CLUSTERS: clusters } = loadLocalConfig(environment);
  const [only, ...more] = clusters;
  if (only !== undefined && more.length === 0) return only;
  throw new UsageError(`a node of which cluster? Give --cluster, one of: ${clusters.join(', ')}`);
}
