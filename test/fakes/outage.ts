import { type ErrorCode, RestitchError } from '../../core/restitch-error.ts';
import type { FakeClock } from './fake-clock.ts';

/** What Restitch depends on, each with the ports behind which it is. */
const portsOf = {
  kubernetes: ['cluster'],
  ssm: ['commands'],
  dynamodb: ['store', 'approvals', 'locks', 'capacity', 'holds', 'safety', 'directory', 'shown'],
  slack: ['messenger'],
  queue: ['queue'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Dependency = keyof typeof portsOf;

/**
 * How calls fail. `refuses`: at once, and nothing happened. `throttles`: the same, and the service says so. `hangs`: after
 * twenty seconds, and nothing happened. `loses-replies`: it happened, and the caller does not know.
 */
export type OutageMode = 'refuses' | 'throttles' | 'hangs' | 'loses-replies';

export interface Outage {
  readonly dependency: Dependency;
  readonly mode: OutageMode;
  /** The call with which it begins; the first is 1. */
  readonly fromCall: number;
  readonly seconds: number;
}

const HANGS_SECONDS = 20;
const codes = {
  kubernetes: 'kubernetes',
  ssm: 'ssm',
  dynamodb: 'store',
  slack: 'slack',
  queue: 'queue',
} as const satisfies Readonly<Record<Dependency, ErrorCode>>;

/** Stands between the functions and their ports, notes calls, and makes one dependency fail for a while. */
export function createOutages(clock: FakeClock, outage?: Outage) {
  const made = new Map<Dependency, string[]>();
  let until: number | undefined;

  const isDown = () => until !== undefined && clock.now() < until;

  async function call(dependency: Dependency, method: string, body: () => unknown): Promise<unknown> {
    const methods = made.get(dependency) ?? [];
    made.set(dependency, methods);
    const count = methods.push(method);
    if (outage === undefined || outage.dependency !== dependency) return body();
    if (until === undefined && count >= outage.fromCall) until = clock.now() + outage.seconds * 1_000;
    if (!isDown()) return body();
    if (outage.mode === 'hangs') clock.advanceSeconds(HANGS_SECONDS);
    if (outage.mode === 'loses-replies') await body();
    throw failure(dependency, method, outage.mode);
  }

  /** The port as the functions see it. A port of ports, such as the safety records, is wrapped as deep as it goes. */
  function wrapped<T extends object>(port: T, dependency: Dependency): T {
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member === 'object' && member !== null) return wrapped(member, dependency);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => call(dependency, String(key), () => Reflect.apply(member, target, args));
      },
    });
  }

  return {
    /** The calls to a dependency, in order, by their methods. */
    calls: (dependency: Dependency): readonly string[] => made.get(dependency) ?? [],
    isDown,
    /** The same ports, with everything outside behind its dependency; a port that is replaced later is found as well. */
    between: <T extends object>(ports: T): T =>
      new Proxy(ports, {
        get: (target, key) => {
          const port: unknown = Reflect.get(target, key);
          const dependency = dependencyOf(String(key));
          return dependency === undefined || typeof port !== 'object' || port === null
            ? port
            : wrapped(port, dependency);
        },
      }),
  };
}

function dependencyOf(port: string): Dependency | undefined {
  const names: readonly Dependency[] = ['kubernetes', 'ssm', 'dynamodb', 'slack', 'queue'];
  return names.find((name) => portsOf[name].some((each) => each === port));
}

/** SendCommand takes no token: where it was not clearly refused, the caller must find out what became of it. */
function failure(dependency: Dependency, method: string, mode: OutageMode): RestitchError {
  const isUnclear = dependency === 'ssm' && method.startsWith('send') && (mode === 'hangs' || mode === 'loses-replies');
  return new RestitchError(codes[dependency], `${method}: ${mode}`, { retryable: !isUnclear });
}
