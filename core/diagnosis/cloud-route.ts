import { describeNow, judgeRouteTable } from '../cloud/judge-route-table.ts';
import { isBehindHub } from './behind-hub.ts';
import { type CloudWay, cloudWay } from './cloud-way.ts';
import { type Finding, type Found, notA } from './diagnosis.ts';
import { type Facts, passes } from './facts.ts';
import { wantedRoute } from './wanted-route.ts';

const not = notA('missing-route');

/** Every path works except the one between the tunnel and the other hosts of the hub's network. */
export function cloudRoute(facts: Facts): Finding {
  const { hub } = facts;
  const way = cloudWay(facts);
  if (hub === undefined || way === undefined) return not('every expected route is there');
  const { behind, beside } = way;
  const outward = passes(facts, 'underlay', behind, beside);
  const inward = passes(facts, 'underlay', beside, behind);
  if (outward !== false && inward !== false) return not('every expected route is there');
  const elsewhere = liesElsewhere(facts, hub.name, way);
  if (elsewhere !== undefined) return not(elsewhere);
  const hubReaches = passes(facts, 'underlay', hub.name, beside);
  return asTheTablesSay(facts, {
    type: 'found',
    basis: 'symptom',
    cause: 'cloud-route-missing',
    hostAtFault: null,
    direction: 'both',
    confidence: hubReaches === true ? 0.9 : 0.8,
    because: [
      `${beside} and ${behind} do not reach each other, though each reaches the hub`,
      'the cloud’s route table must send the tunnel’s network to the hub',
    ],
    despite: outward === true || inward === true ? ['one direction answers'] : [],
  });
}

/** Why the packets are lost before they reach the cloud's route table; undefined: they do reach it. */
function liesElsewhere(facts: Facts, hub: string, { behind, beside }: CloudWay): string | undefined {
  const { name, peer } = facts;
  if (passes(facts, 'underlay', behind, hub) !== true) return 'the way to the hub itself fails';
  const isPeerLost = peer !== undefined && passes(facts, 'underlay', name, peer.name) === false;
  if (behind === name && isPeerLost && isBehindHub(facts, peer.name))
    return 'the hub passes nothing on, to other tunnels neither';
  return passes(facts, 'underlay', hub, beside) === false ? `${beside} does not answer the hub either` : undefined;
}

/**
 * Route tables that could be read confirm the conclusion, or refute it: the route is there, so something else drops the
 * packets.
 */
function asTheTablesSay(facts: Facts, concluded: Found): Found {
  const { routeTables } = facts.evidence;
  const wanted = wantedRoute(facts);
  const unread = routeTables.flatMap((table) =>
    table.status === 'unread' ? [`${table.id} could not be read: ${table.reason}`] : [],
  );
  const because = [...concluded.because, ...unread];
  if (wanted.type === 'unknown') return { ...concluded, because };
  const { destination, target, hub } = wanted.route;
  const read = routeTables.filter((table) => table.status === 'read');
  const wrong = read.flatMap(({ id, routes }) => {
    const verdict = judgeRouteTable(routes, wanted.route);
    return verdict.type === 'right'
      ? []
      : [`${id}: ${destination} must lead to ${target} (${hub}), it has ${describeNow(verdict.now)}`];
  });
  if (wrong.length > 0) return { ...concluded, basis: 'state', confidence: 0.97, because: [...because, ...wrong] };
  // The route may be missing in a table that could not be read.
  if (read.length === 0 || unread.length > 0) return { ...concluded, because };
  const right = `${read.map(({ id }) => id).join(', ')}: ${destination} leads to ${target} (${hub}), active`;
  return {
    ...concluded,
    cause: 'cloud-path-blocked',
    because: [
      ...concluded.because.slice(0, 1),
      right,
      `a security group or the source/destination check of ${hub} is left`,
    ],
  };
}
