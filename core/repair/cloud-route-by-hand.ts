import { assertNever } from '../assert-never.ts';
import { applyWrite, awsCommand } from '../cloud/route-table-change.ts';
import { cloudWay } from '../diagnosis/cloud-way.ts';
import type { Facts } from '../diagnosis/facts.ts';
import { tunnelNetworks } from '../diagnosis/tunnel-networks.ts';
import { hubInstanceId } from '../diagnosis/wanted-route.ts';
import { planCloudRoutes } from './plan-cloud-routes.ts';

/** What a person has to do in the cloud, with placeholders in angle brackets for values that are not known. */
export function cloudRouteByHand(facts: Facts): string {
  const plan = planCloudRoutes(facts);
  switch (plan.type) {
    case 'planned': {
      const commands = plan.changes.map((change) => awsCommand(change.table, applyWrite(change)));
      return `the route tables of the cloud: ${[...commands, ...plan.beyond].join('; ')}`;
    }
    case 'right': {
      const { destination, target, hub } = plan.route;
      return `the cloud: its route tables send ${destination} to ${target} (${hub}) already; look at the source/destination check of ${target} and at the security groups`;
    }
    case 'none':
      return `the route table of the cloud: ${withPlaceholders(facts)} (${plan.why})`;
    default:
      return assertNever(plan);
  }
}

function withPlaceholders(facts: Facts): string {
  const { self, hub } = facts;
  const way = cloudWay(facts);
  const [network = `${self?.publicIp ?? '<tunnel network>'}/32`] = tunnelNetworks(facts, way?.behind ?? facts.name);
  const instanceId = hubInstanceId(facts);
  const target =
    instanceId === undefined ? `--network-interface-id <of ${hub?.name ?? 'the hub'}>` : `--instance-id ${instanceId}`;
  const table = `<of ${way?.beside ?? 'the segment'}>`;
  return `aws ec2 create-route --route-table-id ${table} --destination-cidr-block ${network} ${target}`;
}
