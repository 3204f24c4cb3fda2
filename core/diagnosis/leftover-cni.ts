import { parseCidr } from '../network/cidr.ts';
import type { Facts } from './facts.ts';
import { liesIn, ownPods } from './own-pods.ts';

/** Docker's own bridges: containers behind them are no pods. */
const DOCKER_BRIDGE = /^(docker\d+|br-[0-9a-f]{12})$/;

/**
 * A second CNI configuration gave pods addresses of no pod network, behind a bridge of its own. Containers of a runtime look
 * the same, so the configuration, or a second network of host-local, must be there. Empty: not so, or not known.
 */
export function leftoverCni(facts: Facts): readonly string[] {
  const own = ownPods(facts);
  if (own === undefined) return [];
  const { node, cidr, bridge } = own;
  const { cniFiles = [], pods } = node;
  const networks = pods.networks ?? [];
  if (cniFiles.length < 2 && networks.length < 2) return [];
  const bridges = node.addresses.flatMap(([device, text]) => {
    const network = parseCidr(text);
    const isBridge = node.links.some(({ name, kind }) => name === device && kind === 'bridge');
    return network === undefined || !isBridge || device === bridge || DOCKER_BRIDGE.test(device)
      ? []
      : [{ device, network }];
  });
  const foreign = pods.addresses.flatMap((address) => {
    const behind = bridges.find(({ network }) => liesIn(network, address));
    return behind === undefined || liesIn(cidr, address) ? [] : [`${address} behind ${behind.device}`];
  });
  if (foreign.length === 0) return [];
  const by =
    cniFiles.length > 1 ? `/etc/cni/net.d has ${cniFiles.join(', ')}` : `host-local keeps ${networks.join(', ')}`;
  return [`pods of ${facts.name} have addresses outside its pod CIDR: ${foreign.join(', ')}`, by];
}
