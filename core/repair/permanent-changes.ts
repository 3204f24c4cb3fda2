import { formatRoute, type RouteTableChange } from '../cloud/route-table-change.ts';
import type { Operation } from '../grammar/operation.ts';
import type { PermanentChange, Plan } from './plan.ts';

/** What a reboot, wg-quick or flanneld would undo, as exact changes of the owner's configuration. */
export function permanentChanges({ hosts, device, routeTables = [], alsoKeep = [] }: Plan): readonly PermanentChange[] {
  const ofOperations = hosts.flatMap(({ host, operations }) =>
    operations.flatMap((operation) => {
      const change = permanent(operation, device);
      return change === undefined ? [] : [{ host, ...change }];
    }),
  );
  return [...ofOperations, ...routeTables.map(declared), ...alsoKeep];
}

/** The tool that declares the table's routes removes routes that it does not know. */
function declared(change: RouteTableChange): PermanentChange {
  const file = 'what declares its routes (Terraform, CloudFormation, CDK)';
  return { host: change.table, file, section: '', lines: [formatRoute(change)] };
}

function permanent(operation: Operation, flannelDevice: string | null): Omit<PermanentChange, 'host'> | undefined {
  const config = (dev: string) => `/etc/wireguard/${dev}.conf`;
  if (operation.op === 'offload') return udevRule(operation);
  // flanneld makes its own device when it starts, with MTU, peers and routes: no configuration file holds them.
  if ('dev' in operation && operation.dev === flannelDevice) return undefined;
  switch (operation.op) {
    case 'sysctl':
      return { file: '/etc/sysctl.d/99-restitch.conf', section: '', lines: [`${operation.key} = ${operation.value}`] };
    case 'link mtu':
      return { file: config(operation.dev), section: '[Interface]', lines: [`MTU = ${operation.mtuBytes}`] };
    case 'wg listen-port':
      return { file: config(operation.dev), section: '[Interface]', lines: [`ListenPort = ${operation.port}`] };
    case 'wg keepalive':
      return {
        file: config(operation.dev),
        section: `[Peer] ${operation.peer}`,
        lines: [`PersistentKeepalive = ${operation.seconds}`],
      };
    case 'wg endpoint':
      return {
        file: config(operation.dev),
        section: `[Peer] ${operation.peer}`,
        lines: [`Endpoint = ${operation.endpoint}`],
      };
    case 'wg allowed-ips':
      return {
        file: config(operation.dev),
        section: `[Peer] ${operation.peer}`,
        lines: [`AllowedIPs = ${operation.cidrs.join(', ')}`],
      };
    case 'route set': {
      if (operation.mtuBytes === null) return undefined;
      const command = `ip route replace ${operation.cidr} dev %i mtu ${operation.mtuBytes}`;
      return { file: config(operation.dev), section: '[Interface]', lines: [`PostUp = ${command}`] };
    }
    case 'route replace': {
      if (operation.mtuBytes === undefined) return undefined;
      const { cidr, via, mtuBytes } = operation;
      const command = `ip route replace ${cidr} via ${via} dev %i onlink mtu ${mtuBytes}`;
      return { file: config(operation.dev), section: '[Interface]', lines: [`PostUp = ${command}`] };
    }
    default:
      // flanneld or wg-quick makes these when it starts.
      return undefined;
  }
}

/** flannel's own advice (Documentation/troubleshooting.md): at every start of the device. */
function udevRule({
  dev,
  feature,
  value,
}: Extract<Operation, { readonly op: 'offload' }>): Omit<PermanentChange, 'host'> {
  const rule = `SUBSYSTEM=="net", ACTION=="add|change|move", ENV{INTERFACE}=="${dev}", RUN+="/usr/sbin/ethtool -K ${dev} ${feature} ${value}"`;
  return { file: '/etc/udev/rules.d/90-flannel.rules', section: '', lines: [rule] };
}

/** As a diff for the owner of the file. */
export function permanentLines(changes: readonly PermanentChange[]): readonly string[] {
  return changes.flatMap(({ host, file, section, lines }) => [
    `${host}: ${file}`,
    ...(section === '' ? [] : [`  ${section}`]),
    ...lines.map((line) => `  +${line}`),
  ]);
}
