import { roundTrip } from './deliver.ts';
import { failed, notSimulated, type Outcome, printed } from './outcome.ts';
import { findHost, type SimulatedNetwork } from './simulated-network.ts';

const KUBELET_PORT = 10_250;
/** Of a SYN: IPv4 header 20 + TCP header 40. */
const SYN_BYTES = 60;
/** As `timeout` ends when its program has not. */
const TIMED_OUT = 124;

/** `bash -c SCRIPT connect ADDRESS PORT`, the one way in which a node's script uses bash: it opens a TCP connection. */
export function connectCommand(network: SimulatedNetwork, name: string, words: readonly string[]): Outcome {
  const host = findHost(network, name);
  const [option, , caller, address = '', port] = words;
  if (option !== '-c' || caller !== 'connect' || words.length !== 5) return notSimulated(host, ['bash', ...words]);
  const delivery = roundTrip(network, host, address, SYN_BYTES, true);
  if (delivery.type === 'no-route') return failed(host, 1, 'bash: connect: Network is unreachable');
  // Said first, it would look lost where a busy machine ends this program between its word and its end.
  if (delivery.type !== 'delivered') return { ...printed(host, ['trying']), code: TIMED_OUT };
  return Number(port) === KUBELET_PORT ? printed(host) : failed(host, 1, 'bash: connect: Connection refused');
}
