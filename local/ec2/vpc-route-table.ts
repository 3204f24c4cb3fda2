import * as z from 'zod';
import type { Fleet } from '../../lab/fleet.ts';
import { VPC_CIDR } from '../../lab/namespaces/topology.ts';

/** The one table of the lab's VPC: its router's kernel table. */
export const LAB_ROUTE_TABLE = 'rtb-0a000000000000001';

const INTERNET_GATEWAY = 'igw-0a000000000000001';
/** A deleted interface: the target that is shown for a route to no host of the fleet. */
const DELETED_INTERFACE = 'eni-0a00000000000dead';
const ROUTER = 'vpc';
const TIMEOUT_MS = 5_000;

/** A route as DescribeRouteTables shows it. */
export interface VpcRoute {
  readonly destinationCidrBlock: string;
  readonly state: 'active' | 'blackhole';
  readonly gatewayId?: string;
  readonly instanceId?: string;
  readonly networkInterfaceId?: string;
}

export interface VpcRouteTable {
  read(): Promise<readonly VpcRoute[]>;
  /** Sends a network to an instance, or to the interface of one. False: there is no such target. */
  put(destination: string, target: string): Promise<boolean>;
  remove(destination: string): Promise<void>;
}

/** Rows of `ip -j -4 route`; `type` only where it is not unicast. */
const Rows = z.array(z.object({ type: z.string().optional(), dst: z.string(), gateway: z.string().optional() }));

/** The route table of the lab's VPC is the kernel table of its router, so packets follow each change. */
export function vpcRouteTable(fleet: Fleet): VpcRouteTable {
  const instances = fleet.hosts
    .filter(({ instanceId }) => instanceId.startsWith('i-'))
    .map(({ instanceId, node }) => ({
      instanceId,
      networkInterfaceId: instanceId.replace(/^i-/, 'eni-'),
      address: node.internalIP,
    }));

  const ip = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await fleet.exec(ROUTER, { argv: ['ip', ...args], timeoutMs: TIMEOUT_MS });
    if (code !== 0) throw new Error(`ip ${args.join(' ')} in the lab's VPC: ${stderr.trim()}`);
    return stdout;
  };

  const toRoute = ({ type, dst, gateway }: z.infer<typeof Rows>[number]): readonly VpcRoute[] => {
    if (dst === 'default') return [{ destinationCidrBlock: '0.0.0.0/0', gatewayId: INTERNET_GATEWAY, state: 'active' }];
    const destinationCidrBlock = dst.includes('/') ? dst : `${dst}/32`;
    // Connected networks are the subnets: `local` stands for them all.
    if (gateway === undefined && type !== 'blackhole') return [];
    const instance = instances.find(({ address }) => address === gateway);
    if (instance === undefined)
      return [{ destinationCidrBlock, networkInterfaceId: DELETED_INTERFACE, state: 'blackhole' }];
    const { instanceId, networkInterfaceId } = instance;
    return [{ destinationCidrBlock, instanceId, networkInterfaceId, state: 'active' }];
  };

  return {
    read: async () => {
      const rows = Rows.parse(JSON.parse((await ip('-j', '-4', 'route', 'show')) || '[]'));
      return [{ destinationCidrBlock: VPC_CIDR, gatewayId: 'local', state: 'active' }, ...rows.flatMap(toRoute)];
    },
    put: async (destination, target) => {
      const instance = instances.find((each) => each.instanceId === target || each.networkInterfaceId === target);
      if (instance === undefined) return false;
      await ip('route', 'replace', destination, 'via', instance.address);
      return true;
    },
    remove: async (destination) => {
      await ip('route', 'del', destination);
    },
  };
}
