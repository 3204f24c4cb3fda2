import { type PauseScope, parsePauseScope } from '../../core/safety/pause.ts';
import { endAfter, endAt } from '../pause-order.ts';

/** What a person wants of `/restitch`. `help`: also for what is not understood, with the reason. */
export type Order =
  | { readonly type: 'status' | 'incidents' | 'who' }
  | { readonly type: 'help'; readonly why: string | null }
  | { readonly type: 'explain'; readonly incidentId: string }
  | { readonly type: 'resume'; readonly scope: PauseScope }
  /** `until`: epoch milliseconds; null: until it is resumed. */
  | { readonly type: 'pause'; readonly scope: PauseScope; readonly reason: string; readonly until: number | null };

const SCOPES = 'all, cluster=NAME, pool=NAME or class=NAME';
const LONGEST_REASON = 300;

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

function help(why: string | null): Order {
  return { type: 'help', why };
}
