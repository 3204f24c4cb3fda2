import { type Finding, findingAt } from '../../../adapters/yaml/finding.ts';
import { assertNever } from '../../../core/assert-never.ts';
import { type Destination, destinationsOf } from './destinations.ts';
import { undecidedLabels } from './matchers.ts';
import { namesOf } from './names-of.ts';
import { alertsForUs, type OurAlert, remarks } from './our-alerts.ts';
import type { Route } from './route.ts';
import { settingValue } from './settings.ts';

/** Which alerts come to Restitch, by which routes. */
export interface Reach {
  /** The routes that send alerts to Restitch, or could. */
  readonly routes: readonly Route[];
  /** How many kinds of alerts of monitoring/rules surely come. */
  readonly alerts: number;
  readonly findings: readonly Finding[];
}

/** An alert, and the destination at Restitch that comes nearest to being reached. */
interface Nearest {
  readonly alert: OurAlert;
  readonly nearest: Destination | undefined;
}

/** `isOurs` says whether a receiver posts to Restitch. */
export function checkReach(root: Route, isOurs: (receiver: string) => boolean): Reach {
  const oursFor = ({ labels }: OurAlert) =>
    destinationsOf(root, labels).filter(({ route }) => isOurs(settingValue(route.receiver) ?? ''));
  const all = alertsForUs.map((alert) => ({ alert, destinations: oursFor(alert) }));
  const nearest = all.map(({ alert, destinations }): Nearest => ({ alert, nearest: nearestOf(destinations) }));
  const reached = all.flatMap(({ destinations }) => destinations.filter(({ reached }) => reached !== 'no'));
  const told = remarks.filter((alert) => nearestOf(oursFor(alert))?.reached === 'yes');
  return {
    routes: [...new Set(reached.map(({ route }) => route))],
    alerts: nearest.filter(({ nearest }) => nearest?.reached === 'yes').length,
    findings: [...missedFindings(root, nearest), ...remarkFindings(told, oursFor)],
  };
}

const order = ['yes', 'perhaps', 'no'] as const;

function nearestOf(destinations: readonly Destination[]): Destination | undefined {
  return order.flatMap((match) => destinations.filter(({ reached }) => reached === match))[0];
}

/** One finding for each route that keeps alerts from Restitch. */
function missedFindings(root: Route, all: readonly Nearest[]): readonly Finding[] {
  const missed = all.filter(({ nearest }) => nearest?.reached !== 'yes');
  const causes = Map.groupBy(
    missed,
    ({ nearest }) => `${nearest?.reached} ${nearest?.because?.how} ${placeOf(nearest)}`,
  );
  return [...causes.values()].flatMap((group) => missedFinding(root, group));
}

function missedFinding(root: Route, group: readonly Nearest[]): readonly Finding[] {
  const nearest = group[0]?.nearest;
  const because = nearest?.because;
  const names = namesOf(group.map(({ alert }) => alert.name));
  if (because === undefined)
    return [findingAt('error', root, `no route leads to Restitch for ${names}: ${WRITE_ROUTE}`)];
  const { route, how } = because;
  if (nearest?.reached === 'no') return [findingAt('error', route, takenText(how, names))];
  const labels = new Set(group.flatMap(({ alert }) => undecidedLabels(route.matchers, alert.labels)));
  // A setting that cannot be read was told where it was read.
  return labels.size === 0 ? [] : [findingAt('warning', route, undecidedText([...labels], names))];
}

const WRITE_ROUTE = 'write a route as in monitoring/alertmanager/restitch.alertmanager.yml';

function placeOf(destination: Destination | undefined): string {
  const at = destination?.because?.route.at;
  return at === undefined ? '' : `${at.line}:${at.column}`;
}

function takenText(how: 'before' | 'below' | 'own', names: string): string {
  switch (how) {
    case 'before':
      return `this route takes ${names} and has no continue: true, so a later route to Restitch never sees them: write continue: true here, or put the route to Restitch first`;
    case 'below':
      return `this sub-route takes ${names} from the route to Restitch above it: put the route to Restitch beside it and first, with continue: true`;
    case 'own':
      return `this route does not select ${names}: ${WRITE_ROUTE}`;
    default:
      return assertNever(how);
  }
}

function undecidedText(labels: readonly string[], names: string): string {
  return `whether Restitch gets ${names} cannot be decided here: that depends on ${labels.join(' and ')}; put a route to Restitch first that selects by restitch_rank alone`;
}

function remarkFindings(
  told: readonly OurAlert[],
  oursFor: (alert: OurAlert) => readonly Destination[],
): readonly Finding[] {
  const byRoute = Map.groupBy(told, (alert) => nearestOf(oursFor(alert))?.route);
  return [...byRoute].flatMap(([route, alerts]) => {
    const names = namesOf(alerts.map(({ name }) => name));
    const text = `${names} are remarks, for people: select restitch_rank=~"shared|cause|path" for Restitch`;
    return route === undefined ? [] : [findingAt('warning', route, text)];
  });
}
