import * as z from 'zod';
import type { FleetHost } from '../../lab/fleet.ts';
import { PageInput, pageOf } from './page.ts';
import { SsmFailure } from './ssm-failure.ts';
import { AGENT_VERSION, OLD_AGENT_VERSION, type SsmWorld } from './ssm-world.ts';

const DescribeInput = PageInput.extend({
  MaxResults: z.int().min(5).max(50).default(10),
  Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).min(1) })).default([]),
});

/** The agents of the fleet. Every host has the instance tag with its node name. Only those that are asked for are looked at. */
export async function describeInstances(world: SsmWorld, input: unknown): Promise<unknown> {
  const parsed = DescribeInput.parse(input);
  const found = await Promise.all(
    world.fleet.hosts.map(async (host, index) => {
      const agent = toAgent(world, host);
      if (!matches(parsed.Filters, ({ Key }) => valuesOf(world.instanceTag, host, agent, Key))) return [];
      const information = { ...agent, PingStatus: await pingStatus(world, host) };
      const isAsked = matches(parsed.Filters, ({ Key }) =>
        Key === 'PingStatus' ? [information.PingStatus] : undefined,
      );
      return isAsked ? [{ place: -index, information }] : [];
    }),
  );
  const { items, next } = pageOf(found.flat(), parsed, ({ place }) => place);
  return { InstanceInformationList: items.map(({ information }) => information), ...next };
}

type Filter = z.infer<typeof DescribeInput>['Filters'][number];

/** Whether every filter allows it; of one that has no values here nothing is known yet. */
function matches(filters: readonly Filter[], valuesFor: (filter: Filter) => readonly string[] | undefined): boolean {
  return filters.every((filter) => valuesFor(filter)?.some((value) => filter.Values.includes(value)) ?? true);
}

/** What is known of an agent without asking its host. */
function toAgent({ faults, clock }: SsmWorld, { instanceId, name, node }: FleetHost) {
  const tooOld = faults.peek('agent-too-old', { instanceId }) !== undefined;
  return {
    InstanceId: instanceId,
    LastPingDateTime: clock() / 1_000,
    AgentVersion: tooOld ? OLD_AGENT_VERSION : AGENT_VERSION,
    IsLatestVersion: !tooOld,
    PlatformType: 'Linux',
    ResourceType: instanceId.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance',
    ComputerName: name,
    IPAddress: node.internalIP,
  };
}

/** The agent's connection goes over its host's own uplink. */
async function pingStatus({ fleet, faults }: SsmWorld, { instanceId, name }: FleetHost) {
  if (faults.peek('agent-offline', { instanceId }) !== undefined) return 'ConnectionLost';
  return (await fleet.hasWayOut(name)) ? 'Online' : 'ConnectionLost';
}

function valuesOf(
  instanceTag: string,
  host: FleetHost,
  agent: ReturnType<typeof toAgent>,
  key: string,
): readonly string[] | undefined {
  switch (key) {
    case 'InstanceIds':
      return [agent.InstanceId];
    case 'PingStatus':
      return undefined;
    case 'AgentVersion':
      return [agent.AgentVersion];
    case 'ResourceType':
      return [agent.ResourceType];
    case 'PlatformTypes':
      return [agent.PlatformType];
    default:
      if (!key.startsWith('tag:')) throw new SsmFailure('InvalidFilterKey', `The specified key ${key} is not valid.`);
      return key === `tag:${instanceTag}` ? [host.name] : [];
  }
}
