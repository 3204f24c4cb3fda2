import type { Operation } from './operation.ts';
import type { Plan } from './plan.ts';

/** A repair that lives in the kernel only, and where its owner has to write it down to keep it. */
export interface PermanentChange {
  readonly host: string;
  readonly file: string;
  /** The part of the file, `[Interface]` for one; empty: the whole file. */
  readonly section: string;
  /** Lines to add, in the place of others that set the same. */
  readonly lines: readonly string[];
}

/** What a reboot, wg-quick or flanneld would undo, as exact changes of the owner's configuration. */
export function permanentChanges({ hosts, device }: Plan): readonly PermanentChange[] {
  return hosts.flatMap(({ host, operations }) =>
    operations.flatMap((operation) => {
      const change = permanent(operation, device);
      return change === undefined ? [] : [{ host, ...change }];
    }),
  );
}

function permanent(operation: Operation, flannelDevice: string): Omit<PermanentChange, 'host'> | undefined {
  const config = (dev: string) => `/etc/wireguard/${dev}.conf`;
  switch (operation.op) {
    case 'sysctl':
      return { file: '/etc/sysctl.d/99-restitch.conf', section: '', lines: [`${operation.key} = ${operation.value}`] };
    case 'link mtu':
      // flannel derives its device's MTU from the tunnel's when it makes it anew; until then it keeps what we set.
      if (operation.dev === flannelDevice) return undefined;
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
    default:
      // flanneld or wg-quick makes these by itself when it starts.
      return undefined;
  }
}

/** As a diff that its owner can read. */
export function permanentLines(changes: readonly PermanentChange[]): readonly string[] {
  return changes.flatMap(({ host, file, section, lines }) => [
    `${host}: ${file}`,
    ...(section === '' ? [] : [`  ${section}`]),
    ...lines.map((line) => `  +${line}`),
  ]);
}
