import { type Drift, type DriftType, describeDrift } from '../../evidence/drift.ts';
import type { Found } from '../diagnosis.ts';
import { driftSupport } from '../drift-support.ts';
import type { Facts, OtherHost } from '../facts.ts';

/**
 * The deepest first: without the device there are no peers, with another key no peer answers. They are not those of wg0,
 * because flanneld makes this device anew and nothing of Restitch makes that one.
 */
const causes: readonly (readonly [DriftType, string])[] = [
  ['device-missing', 'flannel-interface-missing'],
  ['device-down', 'flannel-interface-down'],
  ['device-wrong', 'flannel-key-unannounced'],
  ['peer-key-wrong', 'flannel-peer-key-stale'],
  ['peer-missing', 'flannel-peer-missing'],
];

/** flannel's own WireGuard device, its keys or its peers are not what the Node objects demand. */
export function nativeTunnel(facts: Facts): Found | undefined {
  const { drifts, network } = facts;
  if (network.backend !== 'wireguard-native') return undefined;
  for (const [type, cause] of causes) {
    const deepest = drifts.find((drift) => drift.type === type);
    if (deepest !== undefined) return state(facts, cause, deepest);
  }
  return hungDaemon(facts);
}

function state(facts: Facts, cause: string, { host }: Drift): Found {
  const { drifts } = facts;
  const support = driftSupport(
    facts,
    drifts.filter((drift) => drift.host === host),
  );
  return found(cause, host, support.confidence, [...drifts.map(describeDrift), ...support.because], support.despite);
}

/** Only a userspace WireGuard can hang. */
function hungDaemon({ name, node, hub, peer, evidence }: Facts): Found | undefined {
  const others = [hub, peer].filter((other): other is OtherHost => other !== undefined);
  const hosts = [{ name, measured: node }, ...others];
  const hung = hosts.find(({ measured }) =>
    measured?.unseen.some(({ what, why }) => what === 'flannel-wireguard' && why === 'timeout'),
  );
  if (hung === undefined) return undefined;
  return found(
    'flannel-daemon-hung',
    hung.name,
    0.97,
    [`the daemon of ${evidence.flannelDevice} of ${hung.name} hangs`],
    [],
  );
}

function found(
  cause: string,
  hostAtFault: string,
  confidence: number,
  because: readonly string[],
  despite: readonly string[],
): Found {
  return {
    type: 'found',
    class: 'tunnel-down',
    basis: 'state',
    cause,
    hostAtFault,
    direction: 'both',
    confidence,
    because,
    despite,
  };
}
