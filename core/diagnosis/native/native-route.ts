import { type DriftType, describeDrift } from '../../evidence/drift.ts';
import type { Found } from '../diagnosis.ts';
import { driftSupport } from '../drift-support.ts';
import type { Facts } from '../facts.ts';

/** What a packet meets last comes last: a route that leads elsewhere, none, then a device that no peer takes it from. */
const causes: readonly (readonly [DriftType, string])[] = [
  ['allowed-ips-missing', 'allowed-ips-missing'],
  ['route-shadowed', 'route-escaped'],
  ['route-wrong', 'route-escaped'],
  ['route-missing', 'peer-pod-route-missing'],
];

/** flannel's device and its peers stand, but the way to a peer's pods does not lead through them. */
export function nativeRoute(facts: Facts): Found | undefined {
  const { drifts, network } = facts;
  if (network.backend !== 'wireguard-native') return undefined;
  const told = causes.flatMap(([type, cause]) =>
    drifts.flatMap((drift) => (drift.type === type ? [{ cause, host: drift.host }] : [])),
  );
  const [first] = told;
  if (first === undefined) return undefined;
  const support = driftSupport(
    facts,
    drifts.filter((drift) => drift.host === first.host),
  );
  return {
    type: 'found',
    class: 'missing-route',
    basis: 'state',
    cause: first.cause,
    hostAtFault: first.host,
    direction: 'both',
    confidence: support.confidence,
    because: [...drifts.map(describeDrift), ...support.because],
    despite: support.despite,
  };
}
