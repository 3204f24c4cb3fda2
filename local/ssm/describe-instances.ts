import * as z from 'zod';
import type { FleetHost, HostVitals } from '../../lab/fleet.ts';
import { PageInput, pageOf } from './page.ts';
import { SsmFailure } from './ssm-failure.ts';
import { AGENT_VERSION, OLD_AGENT_VERSION, type SsmWorld } from './ssm-world.ts';

const DescribeInput = PageInput.extend({
  MaxResults: z.int().min(5).max(50).default(10),
  Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).min(1) })).default([]),
});

/** The agents of the fleet. Every host has the instance tag with its node name. */
export async function describeInstances(world: SsmWorld, input: unknown): Promise<unknown> {
  const parsed = DescribeInput.parse(input);
  const agents = await Promise.all(
    world.fleet.hosts.map(async (host, index) => ({
      host,
      place: -index,
      information: toInformation(world, host, await world.fleet.vitals(host.name)),
    })),
  );
  const hits = agents.filter(({ host, information }) =>
    parsed.Filters.every(({ Key, Values }) =>
      valuesFor(world.instanceTag, host, information, Key).some((value) => Values.includes(value)),
    ),
  );
  const { items, next } = pageOf(hits, parsed, ({ place }) => place);
  return { InstanceInformationList: items.map(({ information }) => information), ...next };
}

/** The agent's connection goes over its host's own uplink. */
function toInformation({ faults, clock }: SsmWorld, { instanceId, name, node }: FleetHost, { wayOut }: HostVitals) {
  const offline = !wayOut || faults.peek('agent-offline', { instanceId }) !== undefined;
  const tooOld = faults.peek('agent-too-old', { instanceId }) !== undefined;
  return {
    InstanceId: instanceId,
    PingStatus: offline ? 'ConnectionLost' : 'Online',
    LastPingDateTime: clock() / 1_000,
    AgentVersion: tooOld ? OLD_AGENT_VERSION : AGENT_VERSION,
    IsLatestVersion: !tooOld,
    PlatformType: 'Linux',
    ResourceType: instanceId.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance',
    ComputerName: name,
    IPAddress: node.internalIP,
  };
}

function valuesFor(
  instanceTag: string,
  host: FleetHost,
  information: ReturnType<typeof toInformation>,
  key: string,
): readonly string[] {
  switch (key) {
    case 'InstanceIds':
      return [information.InstanceId];
    case 'PingStatus':
      return [information.PingStatus];
    case 'AgentVersion':
      return [information.AgentVersion];
    case 'ResourceType':
      return [information.ResourceType];
    case 'PlatformTypes':
      return [information.PlatformType];
    default:
      if (!key.startsWith('tag:')) throw new SsmFailure('InvalidFilterKey', `The specified key ${key} is not valid.`);
      return key === `tag:${instanceTag}` ? [host.name] : [];
  }
}
