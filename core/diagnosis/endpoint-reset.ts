import { type HostReading, measuredBy, readingOn } from '../evidence/evidence.ts';
import type { WireGuardPeer } from '../evidence/node-evidence.ts';
import { endpointAddress, sameKey } from '../evidence/wireguard-peer.ts';
import { type Facts, others, passes, passesAgain } from './facts.ts';

/** The hub's endpoint of the node in flannel's own WireGuard, which does not follow the node's packets. */
export interface EndpointReset {
  readonly hub: string;
  readonly endpoint: string;
  readonly because: readonly string[];
}

/**
 * WireGuard takes over the address of every packet that it accepts. Here the node's packets arrive and are answered, and two seconds
 * later the hub sends to the same old address again: something on the hub sets it back, so another value would not stay.
 * A NAT that lost its mapping heals as soon as the node has sent.
 */
export function endpointReset(facts: Facts): EndpointReset | undefined {
  const { hub, name, node } = facts;
  const key = node?.flannelWireGuard?.publicKey ?? null;
  if (hub === undefined || key === null) return undefined;
  const isOneWay =
    passes(facts, 'vtep', hub.name, name) === false &&
    passes(facts, 'vtep', name, hub.name) === true &&
    passesAgain(facts, 'vtep', hub.name, name) === false;
  const entries = entriesOf(hub.reading, key);
  const [first] = entries;
  const last = entries.at(-1);
  if (!isOneWay || first === undefined || last === undefined || entries.length < 2 || !last.endpoint) return undefined;
  const arrived = last.receivedBytes > first.receivedBytes;
  const elsewhere = addressElsewhere(facts, key);
  if (!arrived || elsewhere === undefined || elsewhere === endpointAddress(last)) return undefined;
  return {
    hub: hub.name,
    endpoint: last.endpoint,
    because: [
      `packets of ${name} arrive at ${hub.name}, which answers them`,
      `two seconds later ${hub.name} sends to ${last.endpoint} again, and ${name} hears nothing`,
      `others reach ${name} at ${elsewhere}`,
    ],
  };
}

/** Where a host whose overlay reaches the node sends to: a firewall on the node looks the same, and has no part in it. */
function addressElsewhere(facts: Facts, key: string): string | undefined {
  const { evidence, hub, name } = facts;
  return others(facts)
    .filter((host) => host !== hub?.name && passes(facts, 'vtep', host, name) === true)
    .flatMap((host) => {
      const reading = readingOn(evidence.readings, host);
      const entry = reading && entriesOf(reading, key).at(-1);
      return (entry && endpointAddress(entry)) ?? [];
    })[0];
}

function entriesOf(reading: HostReading, key: string): readonly WireGuardPeer[] {
  return [measuredBy(reading), ...reading.runs].flatMap(
    (each) => each?.flannelWireGuard?.peers.find(({ publicKey }) => sameKey(publicKey, key)) ?? [],
  );
}
