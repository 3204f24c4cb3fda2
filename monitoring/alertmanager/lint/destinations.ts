import { type KnownLabels, type Match, matchAll } from './matchers.ts';
import type { Route } from './route.ts';

/** Whether an alert is sent by a route, and the route that decides it when it is not sure. */
export interface Destination {
  readonly route: Route;
  readonly reached: Match;
  /** `before`: a sibling without `continue: true`. `below`: a sub-route of the route itself. `own`: its own matchers. */
  readonly because: { readonly route: Route; readonly how: 'before' | 'below' | 'own' } | undefined;
}

/**
 * Every route that could send an alert with these labels, as Alertmanager walks them (`Route.Match` in dispatch/route.go): the first
 * child that matches takes the alert unless it continues, and a route sends what none of its children takes. Routes that do not
 * match by themselves are left out.
 */
export function destinationsOf(route: Route, labels: KnownLabels): readonly Destination[] {
  const own = matchAll(route.matchers, labels);
  if (own === 'no') return [];
  const found: Destination[] = [];
  let barrier: Destination['because'];
  let open: Match = 'yes';
  let taken: Destination = { route, reached: 'yes', because: undefined };
  for (const child of route.routes) {
    const matched = matchAll(child.matchers, labels);
    if (matched === 'no') continue;
    found.push(...destinationsOf(child, labels).map((each) => restrict(each, open, barrier)));
    taken = restrict(taken, matched === 'yes' ? 'no' : 'perhaps', { route: child, how: 'below' });
    const stops = stopsAt(child, matched);
    if (rank[stops] < rank[open]) barrier = { route: child, how: 'before' };
    open = lesser(open, stops);
  }
  return [...found, taken].map((each) => restrict(each, own, { route, how: 'own' }));
}

/** Whether the routes after a child still see the alert. */
function stopsAt({ continues }: Route, matched: Match): Match {
  if (continues.type === 'set' && continues.value) return 'yes';
  return matched === 'yes' && continues.type !== 'undecided' ? 'no' : 'perhaps';
}

const rank: Readonly<Record<Match, number>> = { no: 0, perhaps: 1, yes: 2 };
const lesser = (one: Match, other: Match) => (rank[one] <= rank[other] ? one : other);

function restrict(destination: Destination, by: Match, because: Destination['because']): Destination {
  return rank[by] < rank[destination.reached] ? { ...destination, reached: by, because } : destination;
}
