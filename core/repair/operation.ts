import { assertNever } from '../assert-never.ts';

/**
 * The closed grammar of repairs. One operation is one line; the node's script parses the same grammar again and refuses
 * every other line, so nothing else can be run through the `apply` and `bounce` documents.
 *
 * ```
 * neigh replace <ip> lladdr <mac> dev <dev>
 * neigh del <ip> dev <dev>
 * fdb replace <mac> dst <ip> dev <dev>
 * fdb del <mac> dst <ip> dev <dev>
 * route replace <cidr> via <ip> dev <dev> onlink
 * route del <cidr> dev <dev>
 * link up <dev>
 * addr replace <ip/prefix> dev <dev>
 * ```
 * Lines are joined by `,` in the document's parameter: neither a space nor a comma means anything to a shell.
 */
export type Operation =
  | { readonly op: 'neigh replace'; readonly ip: string; readonly mac: string; readonly dev: string }
  | { readonly op: 'neigh del'; readonly ip: string; readonly dev: string }
  | { readonly op: 'fdb replace'; readonly mac: string; readonly dst: string; readonly dev: string }
  | { readonly op: 'fdb del'; readonly mac: string; readonly dst: string; readonly dev: string }
  | { readonly op: 'route replace'; readonly cidr: string; readonly via: string; readonly dev: string }
  | { readonly op: 'route del'; readonly cidr: string; readonly dev: string }
  | { readonly op: 'link up'; readonly dev: string }
  | { readonly op: 'addr replace'; readonly address: string; readonly dev: string };

/** Writes one operation as its line of the grammar. */
export function formatOperation(operation: Operation): string {
  switch (operation.op) {
    case 'neigh replace':
      return `neigh replace ${operation.ip} lladdr ${operation.mac} dev ${operation.dev}`;
    case 'neigh del':
      return `neigh del ${operation.ip} dev ${operation.dev}`;
    case 'fdb replace':
      return `fdb replace ${operation.mac} dst ${operation.dst} dev ${operation.dev}`;
    case 'fdb del':
      return `fdb del ${operation.mac} dst ${operation.dst} dev ${operation.dev}`;
    case 'route replace':
      return `route replace ${operation.cidr} via ${operation.via} dev ${operation.dev} onlink`;
    case 'route del':
      return `route del ${operation.cidr} dev ${operation.dev}`;
    case 'link up':
      return `link up ${operation.dev}`;
    case 'addr replace':
      return `addr replace ${operation.address} dev ${operation.dev}`;
    default:
      return assertNever(operation);
  }
}
