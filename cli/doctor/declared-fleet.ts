import type { Configuration } from '../../configuration/configuration.ts';
import { variablesOf } from '../../configuration/variables-of.ts';
import { describeDifference } from '../../core/inventory/difference.ts';
import { checkDeclaredFleet, type DeclaredFleet } from '../../core/recorded-fleet/check-declared-fleet.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import { SettingsEnvironment } from '../../functions/settings-environment.ts';
import { type Check, type Finding, failed, look, notChecked, ok } from './check.ts';

/** A file that is right, and its name. */
export interface DeployedFile {
  readonly file: string;
  readonly configuration: Configuration;
}

/** More of them are seldom read. */
const MOST_SHOWN = 5;
const READ = 'see that the cluster can be read';

/** Whether the Nodes are where the file says. `names`: what alerts call the cluster; undefined: nobody says. */
export function declaredFleetCheck(
  { file, configuration }: DeployedFile,
  names: readonly string[] | undefined,
  cluster: Pick<Cluster, 'listNodes' | 'readInventory'>,
): Promise<Check> {
  return look('fleet', `of ${file}`, READ, async () => {
    const { clusters, settings } = configuration;
    const fitting = names === undefined ? clusters : clusters.filter(({ name }) => names.includes(name));
    const [declared, ...others] = fitting;
    if (declared === undefined || others.length > 0)
      return notChecked(
        `the file has ${clusters.map(({ name }) => name).join(', ')}, and which one this is is not known`,
      );
    if (saysNothing(declared)) return notChecked('it has no pools, sites, hubs and podNetworks');
    const nodes = await cluster.listNodes();
    const of = SettingsEnvironment.parse(variablesOf(settings));
    const labels = {
      role: of.LABEL_ROLE,
      hub: of.LABEL_HUB,
      pool: of.LABEL_POOL,
      site: of.LABEL_SITE,
    };
    const inventory = await cluster.readInventory(of.INVENTORY_NAMESPACE);
    const record = inventory.type === 'read' ? inventory.inventory : undefined;
    return findingOf(checkDeclaredFleet(declared, nodes, labels, record).map(describeDifference), nodes.length);
  });
}

function saysNothing({ pools, sites, hubs, podNetworks }: DeclaredFleet): boolean {
  return [pools, sites, hubs, podNetworks].every(({ length }) => length === 0);
}

function findingOf(differences: readonly string[], nodes: number): Finding {
  if (differences.length === 0) return ok(`${nodes} Nodes are where it says`);
  const more = differences.length > MOST_SHOWN ? [`and ${differences.length - MOST_SHOWN} more`] : [];
  const told = [...differences.slice(0, MOST_SHOWN), ...more].join('; ');
  return failed(told, 'correct the labels of the Nodes, the inventory, or the file');
}
