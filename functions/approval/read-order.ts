import { type PauseScope, parsePauseScope } from '../../core/safety/pause.ts';
import { StandingScope } from '../../core/safety/standing-approval.ts';
import { endAfter, endAt } from '../pause-order.ts';

/** What a person wants of `/restitch`. `help`: also for what is not understood, with the reason. */
export type Order =
  | { readonly type: 'status' | 'incidents' | 'who' | 'standing' }
  | { readonly type: 'help'; readonly why: string | null }
  | { readonly type: 'explain'; readonly incidentId: string }
  | { readonly type: 'resume'; readonly scope: PauseScope }
  /** A standing approval: at most so many times, for so many minutes. */
  | { readonly type: 'allow'; readonly scope: StandingScope; readonly most: number; readonly minutes: number }
  | { readonly type: 'revoke'; readonly number: number }
  /** `until`: epoch milliseconds; null: until it is resumed. */
  | { readonly type: 'pause'; readonly scope: PauseScope; readonly reason: string; readonly until: number | null };

const SCOPES = 'all, cluster=NAME, pool=NAME or class=NAME';
const LONGEST_REASON = 300;
/** How `/restitch allow` is written. */
export const ALLOW = 'cluster=NAME pool=NAME class=NAME rung=NAME most=3 for 30m';

/** Reads the text after `/restitch`. */
export function readOrder(text: string, now: number): Order {
  const [name = 'help', ...words] = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  switch (name.toLowerCase()) {
    case 'help':
      return help(null);
    case 'status':
    case 'pauses':
      return { type: 'status' };
    case 'incidents':
      return { type: 'incidents' };
    case 'who':
      return { type: 'who' };
    case 'standing':
      return { type: 'standing' };
    case 'allow':
      return readAllow(words);
    case 'revoke':
      return readRevoke(words);
    case 'explain':
      return readExplain(words);
    case 'resume':
      return readResume(words);
    case 'pause':
      return readPause(words, now);
    default:
      return help(`there is no command ${name}`);
  }
}

function readExplain([incidentId, ...more]: readonly string[]): Order {
  if (incidentId === undefined || more.length > 0) return help('explain wants one incident');
  return { type: 'explain', incidentId };
}

function readResume([text = '', ...more]: readonly string[]): Order {
  const scope = parsePauseScope(text);
  if (scope === undefined || more.length > 0) return help(`resume wants ${SCOPES}`);
  return { type: 'resume', scope };
}

/** The last two words may say how long: `for 4h`, `until 2026-11-22T06:00:00Z`. */
function readPause([text = '', ...words]: readonly string[], now: number): Order {
  const scope = parsePauseScope(text);
  if (scope === undefined) return help(`pause wants ${SCOPES}, and a reason`);
  const [keyword, value = ''] = words.slice(-2);
  const timed = words.length >= 2 && (keyword === 'for' || keyword === 'until');
  const reason = (timed ? words.slice(0, -2) : words).join(' ').slice(0, LONGEST_REASON);
  if (reason === '') return help('pause wants a reason, for the next person');
  if (!timed) return { type: 'pause', scope, reason, until: null };
  const end = keyword === 'for' ? endAfter(value, now) : endAt(value, now);
  return end.type === 'wrong' ? help(`${keyword} ${end.why}`) : { type: 'pause', scope, reason, until: end.at };
}

/** `cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=3 for 30m`, in any order but the last two words. */
function readAllow(words: readonly string[]): Order {
  const [keyword, length = ''] = words.slice(-2);
  const pairs = words.slice(0, -2).map((word) => /^(cluster|pool|class|rung|most)=(.+)$/.exec(word));
  const given = Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1], pair[2]]])));
  const scope = StandingScope.safeParse(given).data;
  const most = Number(given['most']);
  const end = endAfter(length, 0);
  const clear = keyword === 'for' && pairs.length === 5 && pairs.every((pair) => pair !== null);
  if (!clear || scope === undefined || !Number.isInteger(most) || end.type === 'wrong')
    return help(`allow wants ${ALLOW}`);
  return { type: 'allow', scope, most, minutes: end.at / 60_000 };
}

function readRevoke([text = '', ...more]: readonly string[]): Order {
  if (!/^\d{1,9}$/.test(text) || more.length > 0) return help('revoke wants the number of a standing approval');
  return { type: 'revoke', number: Number(text) };
}

function help(why: string | null): Order {
  return { type: 'help', why };
}
