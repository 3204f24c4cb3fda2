import { failed, notSimulated, type Outcome, printed } from './outcome.ts';
import type { SimulatedHost, SimulatedLink } from './simulated-network.ts';

const FEATURE = 'tx-checksum-ip-generic';

/** `ethtool -k device` and `ethtool -K device tx-checksum-ip-generic on|off`. It knows no other feature. */
export function ethtoolCommand(host: SimulatedHost, words: readonly string[]): Outcome {
  const [flag, device = '', feature, value, ...more] = words;
  const link = host.links.find(({ name }) => name === device);
  if (link === undefined) return failed(host, 75, `netlink error: no device matches name`);
  if (flag === '-k' && words.length === 2)
    return printed(host, [`Features for ${device}:`, `\t${FEATURE}: ${link.txChecksum ?? 'on'}`]);
  if (flag !== '-K' || feature !== FEATURE || (value !== 'on' && value !== 'off') || more.length > 0)
    return notSimulated(host, ['ethtool', ...words]);
  const changed: SimulatedLink = { ...link, txChecksum: value };
  const links = host.links.map((each) => (each === link ? changed : each));
  return printed({ ...host, links });
}
