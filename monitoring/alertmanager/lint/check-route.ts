import { type Finding, findingAt } from '../../../adapters/yaml/finding.ts';
import { LINGERING_MS } from '../../../core/incident/lingering.ts';
import type { Route } from './route.ts';

/** Whether a route that leads to Restitch tells it about each node by itself, and in time. */
export function checkRoute(route: Route): readonly Finding[] {
  return [...checkGroups(route), ...timings.flatMap((timing) => checkTiming(route, timing)), ...checkMuting(route)];
}

const WANTED_LABELS = ['cluster', 'node'];

function checkGroups({ at, groupBy }: Route): readonly Finding[] {
  if (groupBy.type === 'undecided') return [];
  const labels = groupBy.type === 'set' ? groupBy.value : [];
  const missing = WANTED_LABELS.filter((label) => !labels.includes(label));
  if (labels.includes('...') || missing.length === 0) return [];
  const text = `alerts of several nodes share a group and wait for each other: group_by lacks ${missing.join(' and ')}; write group_by: [cluster, node]`;
  return [findingAt('error', groupBy.type === 'set' ? groupBy : { at }, text)];
}

/** A time of a route, with the longest that is well (`fine`, seconds) and the shortest that is wrong (`wrong`). */
interface Timing {
  readonly key: string;
  readonly of: (route: Route) => Route['groupWait'];
  /** What Alertmanager takes when no route sets it. */
  readonly standard: number;
  readonly fine: number;
  readonly wrong: number;
  readonly instead: string;
  readonly why: string;
}

const LINGERING_SECONDS = LINGERING_MS / 1_000;

const timings: readonly Timing[] = [
  {
    key: 'group_wait',
    of: ({ groupWait }) => groupWait,
    standard: 30,
    fine: 30,
    wrong: Number.POSITIVE_INFINITY,
    instead: '10s',
    why: 'every repair starts that much later',
  },
  {
    key: 'group_interval',
    of: ({ groupInterval }) => groupInterval,
    standard: 300,
    fine: 300,
    wrong: LINGERING_SECONDS,
    instead: '1m',
    why: `a node’s next alert, its end, and a webhook that failed wait that long; from ${LINGERING_SECONDS / 60}m on an end comes too late for the incident that it belongs to`,
  },
  {
    key: 'repeat_interval',
    of: ({ repeatInterval }) => repeatInterval,
    standard: 14_400,
    fine: 3_600,
    wrong: Number.POSITIVE_INFINITY,
    instead: '1h',
    why: `an alert that was lost after it was taken, or still fires ${LINGERING_SECONDS / 60}m after its incident was closed, is noticed that late`,
  },
];

function checkTiming(route: Route, { key, of, standard, fine, wrong, instead, why }: Timing): readonly Finding[] {
  const setting = of(route);
  if (setting.type === 'undecided') return [];
  const seconds = setting.type === 'set' ? setting.value : standard;
  if (seconds <= fine) return [];
  const severity = seconds >= wrong ? 'error' : 'warning';
  const which = setting.type === 'set' ? key : `${key} is not set, and Alertmanager takes ${standard / 3_600}h`;
  return [findingAt(severity, setting.type === 'set' ? setting : route, `${which}: ${why}; write ${key}: ${instead}`)];
}

function checkMuting({ muteTimeIntervals, activeTimeIntervals }: Route): readonly Finding[] {
  const muting = [
    { key: 'mute_time_intervals', setting: muteTimeIntervals },
    { key: 'active_time_intervals', setting: activeTimeIntervals },
  ];
  return muting.flatMap(({ key, setting }) =>
    setting.type === 'set' && setting.value.length > 0
      ? [
          findingAt(
            'warning',
            setting,
            `${key} keeps alerts from Restitch: leave it out, and use Restitch’s maintenance windows`,
          ),
        ]
      : [],
  );
}
