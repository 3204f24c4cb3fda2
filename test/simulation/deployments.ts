import type { CallPool } from './call-pool.ts';
import type { Schedule } from './schedule.ts';

type Environment = Readonly<Record<string, string>>;

/** Which version of the runbook made an invocation of an execution. Versions are counted from 1. */
export interface Invocation {
  readonly execution: string;
  readonly version: number;
}

/** What a deployment replaces: the functions beside the runbook at once, or the version to which the runbook's alias points. */
export type DeployedPart = 'functions' | 'alias';

/**
 * What is deployed. Two releases take turns, so that a second deployment is a roll-back. CloudFormation replaces one part after
 * the other, and may end half-way: each part has its own number.
 */
export function createDeployments() {
  const live: Record<DeployedPart, number> = { functions: 1, alias: 1 };
  /** The version on which each execution began, and that of the functions when each actor began. */
  const begunOn = new Map<string, number>();
  const calledOn = new Map<string, number>();
  const invocations: Invocation[] = [];
  const releaseOf = (version: number) => (version - 1) % RELEASES;
  const versionOf = (execution: string) => begunOn.get(execution) ?? live.alias;
  return {
    invocations,
    deploy: (part: DeployedPart) => {
      live[part] += 1;
    },
    live: (): number => live.alias,
    /** An execution that is started belongs to the live version; one that is there already stays where it is. */
    begin: (execution: string): void => void begunOn.set(execution, versionOf(execution)),
    versionOf,
    releaseOf,
    releaseOfFunctions: (): number => releaseOf(live.functions),
    /** Another function than the runbook is invoked. It ends as it began. */
    call: (actor: string): void => void calledOn.set(actor, live.functions),
    releaseOfActor: (actor: string): number => {
      const execution = executionOf(actor);
      if (execution !== undefined) return releaseOf(versionOf(execution));
      return releaseOf(calledOn.get(actor) ?? live.functions);
    },
  };
}

export type Deployments = ReturnType<typeof createDeployments>;

const RELEASES = 2;

export function actorOf(execution: string, invocation: number): string {
  return `runbook ${execution}#${invocation}`;
}

function executionOf(actor: string): string | undefined {
  return /^runbook (\S+)#/.exec(actor)?.[1];
}

/** Whether a question is also asked before `restart-agent` and `quarantine`. */
export function asksByPolicy(schedule: Schedule, release: number): boolean {
  return release === 0 ? schedule.asksByPolicy : !schedule.asksByPolicy;
}

/** The settings of each release. */
export function environmentsOf(schedule: Schedule): readonly [Environment, Environment] {
  const first = {
    STABLE_SECONDS: '30',
    APPROVAL_TIMEOUT_SECONDS: '300',
    APPROVE_QUARANTINE: String(asksByPolicy(schedule, 0)),
    BREAKER_MIN_NODES: String(schedule.breakerMinNodes),
    COOL_OFF_SECONDS: '600',
  };
  const second = {
    STABLE_SECONDS: '60',
    APPROVAL_TIMEOUT_SECONDS: '120',
    APPROVE_QUARANTINE: String(asksByPolicy(schedule, 1)),
    BREAKER_MIN_NODES: '3',
    COOL_OFF_SECONDS: '60',
  };
  return [first, second];
}

/** Calls by which one release leaves something to the other, and which of their arguments that is. */
const leaves: Readonly<Record<string, number>> = {
  'table.put': 1,
  'queue.send': 0,
  'cluster.placeClaim': 1,
  'engine.start': 1,
  'engine.completeCallback': 1,
};

/** The second release writes a field everywhere that the first does not know: it has to leave it alone. */
export function asReleaseWrites(
  name: string,
  args: readonly unknown[],
  pool: Pick<CallPool, 'actor'>,
  deployments: Deployments,
): readonly unknown[] {
  const place = leaves[name];
  if (place === undefined || deployments.releaseOfActor(pool.actor()) === 0) return args;
  return args.with(place, withNewField(args[place]));
}

function withNewField(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNewField);
  if (typeof value !== 'object' || value === null) return value;
  const inner = 'record' in value ? { record: withNewField(value.record) } : {};
  return { ...value, ...inner, sinceSecondRelease: { of: 'the second release' } };
}
