import { findNode } from '../evidence/fleet-map.ts';
import type { FaultClass } from '../fault-class.ts';
import { type Drift, describeDrift, peerOf } from '../overlay/drift.ts';
import type { OverlayTraits } from '../overlay/expected-network.ts';
import { type CauseName, causeOf } from './causes.ts';
import type { Found } from './diagnosis.ts';
import { driftSupport } from './drift-support.ts';
import type { Facts } from './facts.ts';

/**
 * The finding from the differences to the Node objects. The overlay says which difference lies deepest and what its cause
 * is. Undefined: nothing differs, or the deepest cause is of another class.
 */
export function driftFinding(facts: Facts, faultClass: FaultClass): Found | undefined {
  const { drifts, network } = facts;
  if (network.traits === null) return undefined;
  const deepest = deepestOf(network.traits, drifts);
  if (deepest === undefined) return undefined;
  // Entries that went with the device or its address say nothing of their own.
  const whole =
    peerOf(deepest.drift) === undefined ? undefined : wholeHostCause(facts, network.traits, deepest.drift.host);
  const cause = whole ?? deepest.cause;
  if (causeOf(cause).class !== faultClass) return undefined;
  const { host } = deepest.drift;
  const support = driftSupport(
    facts,
    drifts.filter((drift) => drift.host === host),
  );
  return {
    type: 'found',
    basis: 'state',
    cause,
    hostAtFault: host,
    direction: 'both',
    confidence: support.confidence,
    because: [...drifts.map(describeDrift), ...remakeRemark(facts, network.traits, deepest.drift), ...support.because],
    despite: support.despite,
  };
}

function deepestOf(
  { causes }: OverlayTraits,
  drifts: readonly Drift[],
): { readonly drift: Drift; readonly cause: CauseName } | undefined {
  for (const { drift: type } of causes) {
    const drift = drifts.find((candidate) => candidate.type === type);
    const row = drift && causes.find((each) => each.drift === type && fits(each.attribute, drift));
    if (drift !== undefined && row !== undefined) return { drift, cause: row.cause };
  }
  return undefined;
}

function fits(attribute: string | undefined, drift: Drift): boolean {
  return attribute === undefined || (drift.type === 'device-wrong' && drift.attribute === attribute);
}

/** A cause that affects the whole host, concluded from all its differences. */
function wholeHostCause({ allDrifts, network }: Facts, traits: OverlayTraits, host: string): CauseName | undefined {
  const there = allDrifts.filter((drift) => drift.host === host);
  return traits.wholeHostCause?.(there, network.members.length - 1);
}

/** Says whether flannel will make the lost device again, because the repair depends on it. */
function remakeRemark({ evidence }: Facts, traits: OverlayTraits, { type, host }: Drift): readonly string[] {
  const node = type === 'device-missing' ? findNode(evidence.nodes, host) : undefined;
  const remakes = node && traits.remakesLostDevice?.(node);
  if (remakes === undefined) return [];
  return [
    remakes
      ? `the flannel of ${host} makes a lost device anew by itself, without its entries`
      : `the flannel of ${host} does not make a lost device anew (0.27.4 and later do)`,
  ];
}
