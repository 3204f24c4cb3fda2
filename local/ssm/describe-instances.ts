import * as z from 'zod';
import type { FleetHost } from '../../lab/fleet.ts';
import { PageInput, pageOf } from './page.ts';
import { SsmFailure } from './ssm-failure.ts';
import { AGENT_VERSION, OLD_AGENT_VERSION, type SsmWorld } from './ssm-world.ts';

const DescribeInput = PageInput.extend({
  MaxResults: z.int().min(5).max(50).default(10),
  Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).min(1) })).default([]),
});

/** The agents of the fleet. Hybrid hosts carry the instance tag with their node name. */
export function describeInstances(world: SsmWorld, input: unknown): unknown {
  const parsed = DescribeInput.parse(input);
  const hosts = world.fleet.hosts.map((host, index) => ({ host, place: -index }));
  const hits = hosts.filter(({ host }) =>
    parsed.Filters.every(({ Key, Values }) => valuesFor(world, host, Key).some((value) => Values.includes(value))),
  );
  const { items, next } = pageOf(hits, parsed, ({ place }) => place);
  return { InstanceInformationList: items.map(({ host }) => toInformation(world, host)), ...next };
}

function toInformation({ faults, clock }: SsmWorld, { instanceId, name, node }: FleetHost) {
  const offline = faults.peek('agent-offline', { instanceId }) !== undefined;
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

function valuesFor(world: SsmWorld, host: FleetHost, key: string): readonly string[] {
  const information = toInformation(world, host);
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
      return key === `tag:${world.instanceTag}` && host.instanceId.startsWith('mi-') ? [host.name] : [];
  }
}
