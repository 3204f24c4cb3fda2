import type { Finding, Place } from '../../../adapters/yaml/finding.ts';
import type { LocatedMap } from './located.ts';
import { type Matchers, readMatchers } from './matchers.ts';
import { absent, type Setting, type SettingsReader } from './settings.ts';

/** A route with what it inherits. Times are seconds; what no route sets is absent, and Alertmanager's default holds. */
export interface Route {
  readonly at: Place;
  readonly receiver: Setting<string>;
  readonly groupBy: Setting<readonly string[]>;
  readonly groupWait: Setting<number>;
  readonly groupInterval: Setting<number>;
  readonly repeatInterval: Setting<number>;
  readonly continues: Setting<boolean>;
  readonly matchers: Matchers;
  /** Not inherited (`NewRoute` in Alertmanager's dispatch/route.go). */
  readonly muteTimeIntervals: Setting<readonly string[]>;
  readonly activeTimeIntervals: Setting<readonly string[]>;
  readonly routes: readonly Route[];
}

export function readRoute(
  located: LocatedMap,
  parent: Route | undefined,
  reader: SettingsReader,
  tell: (finding: Finding) => void,
): Route {
  const inherit = <T>(own: Setting<T>, inherited: Setting<T> | undefined) =>
    own.type === 'absent' ? (inherited ?? absent) : own;
  const route: Route = {
    at: located.at,
    receiver: inherit(reader.text(located, 'receiver'), parent?.receiver),
    groupBy: inherit(reader.texts(located, 'group_by'), parent?.groupBy),
    groupWait: inherit(reader.duration(located, 'group_wait'), parent?.groupWait),
    groupInterval: inherit(reader.duration(located, 'group_interval'), parent?.groupInterval),
    repeatInterval: inherit(reader.duration(located, 'repeat_interval'), parent?.repeatInterval),
    continues: reader.flag(located, 'continue'),
    matchers: readMatchers(located, '', reader, tell),
    muteTimeIntervals: reader.texts(located, 'mute_time_intervals'),
    activeTimeIntervals: reader.texts(located, 'active_time_intervals'),
    routes: [],
  };
  return { ...route, routes: reader.maps(located, 'routes').map((child) => readRoute(child, route, reader, tell)) };
}
