import { type ErrorCode, RestitchError } from '../../core/restitch-error.ts';
import type { Call, Fate } from './call-pool.ts';
import { isAct } from './describe-call.ts';
import type { CrashPoint, Dependency, FaultMode, Mortal } from './schedule.ts';

const dependencies: Readonly<Record<string, { readonly name: Dependency; readonly code: ErrorCode }>> = {
  cluster: { name: 'kubernetes', code: 'kubernetes' },
  commands: { name: 'ssm', code: 'ssm' },
  table: { name: 'dynamodb', code: 'store' },
  messenger: { name: 'slack', code: 'slack' },
  queue: { name: 'queue', code: 'queue' },
  engine: { name: 'engine', code: 'engine' },
};

/** What may take effect after its caller was told that it failed. A write to Kubernetes may not: its resource version is old by then. */
const mayComeLate: readonly string[] = ['commands.send', 'queue.send', 'engine.start', 'table.put'];
const LATE_SECONDS = 20;

interface Failing {
  readonly dependency: Dependency;
  readonly mode: FaultMode;
  callsLeft: number;
  readonly until: number;
}

interface Dying {
  readonly whose: Mortal;
  readonly after: boolean;
}

/** Which calls fail, and how, and which process dies at its next call. */
export function createFailingCalls(now: () => number, crashPoint?: CrashPoint) {
  let failing: Failing[] = [];
  let dying: Dying[] = [];
  return {
    fail: (dependency: Dependency, mode: FaultMode, bounds: { readonly calls?: number; readonly seconds?: number }) => {
      const { calls = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY } = bounds;
      failing.push({ dependency, mode, callsLeft: calls, until: now() + seconds * 1_000 });
    },
    killAtNextCall: (whose: Mortal, after: boolean) => void dying.push({ whose, after }),
    /** Everything works again. */
    end: () => {
      failing = [];
      dying = [];
    },
    fateOf: (call: Call): Fate => {
      if (call.number === crashPoint?.call) return { type: crashPoint.after ? 'dies-after' : 'dies-before' };
      const death = dying.find(({ whose }) => (whose === 'act' ? isAct(call) : call.actor.startsWith(whose)));
      if (death !== undefined) {
        dying = dying.filter((other) => other !== death);
        return { type: death.after ? 'dies-after' : 'dies-before' };
      }
      const dependency = dependencies[call.port];
      const isOf = (name: Dependency) => (name === 'acts' ? isAct(call) : name === dependency?.name);
      const fault = failing.find((each) => isOf(each.dependency) && each.callsLeft > 0 && now() < each.until);
      if (fault === undefined || dependency === undefined) return { type: 'goes-well' };
      fault.callsLeft -= 1;
      return fateBy(fault.mode, call, dependency.code);
    },
  };
}

function fateBy(mode: FaultMode, { port, method }: Call, code: ErrorCode): Fate {
  const name = `${port}.${method}`;
  const isUnclear = name === 'commands.send' && mode !== 'refuses';
  const error = new RestitchError(code, `${name}: ${mode}`, { retryable: !isUnclear });
  if (mode === 'refuses') return { type: 'refused', error };
  if (mode === 'done-later' && mayComeLate.includes(name)) return { type: 'done-later', error, seconds: LATE_SECONDS };
  return { type: 'reply-lost', error };
}
