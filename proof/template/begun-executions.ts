import type { EmbeddedEngine } from '../../local/durable/embedded-engine.ts';

/** A durable execution, and the version that it began on. */
export interface BegunExecution {
  readonly name: string;
  readonly version: string;
}

export interface BegunExecutions {
  /** Begins on the live version, or finds the one of this name. */
  start(name: string, input: unknown): Promise<void>;
  list(): readonly BegunExecution[];
  versionOf(name: string): string;
  arnOf(name: string): string;
  ofCallback(callbackId: string): string;
  /** As ListDurableExecutionsByFunction filters them: `Qualifier`, `DurableExecutionName`, `Statuses`. */
  find(query: URLSearchParams): Promise<readonly unknown[]>;
}

/** Which executions there are, on which versions. `functionArn`: of the runbook, without a version. */
export function createBegunExecutions(
  engine: EmbeddedEngine,
  functionArn: string,
  live: () => string,
): BegunExecutions {
  const versions = new Map<string, string>();
  const versionOf = (name: string) => {
    const version = versions.get(name);
    if (version === undefined) throw new TypeError(`no execution ${name} was begun`);
    return version;
  };
  const arnOf = (name: string) => `${functionArn}:${versionOf(name)}/durable-execution/${name}/1`;
  const list = () => [...versions].map(([name, version]) => ({ name, version }));
  return {
    start: async (name, input) => {
      // Before it starts: its first invocation asks for its version.
      const isNew = !versions.has(name);
      if (isNew) versions.set(name, live());
      try {
        await engine.start(name, input);
      } catch (error) {
        if (isNew) versions.delete(name);
        throw error;
      }
    },
    list,
    versionOf,
    arnOf,
    ofCallback: (callbackId) => {
      const waits = ({ name }: BegunExecution) =>
        engine.operations(name).some(({ CallbackDetails }) => CallbackDetails?.CallbackId === callbackId);
      const owner = list().find(waits);
      return owner === undefined ? 'arn:aws:lambda:::no-such-execution' : arnOf(owner.name);
    },
    find: async (query) => {
      const [qualifier, name, statuses] = [
        query.get('Qualifier'),
        query.get('DurableExecutionName'),
        query.getAll('Statuses'),
      ];
      const asked = list().filter(
        (one) => (qualifier === null || one.version === qualifier) && (name === null || one.name === name),
      );
      const found = await Promise.all(asked.map((one) => describe(engine, one, arnOf(one.name))));
      return found.filter(({ Status }) => statuses.length === 0 || statuses.includes(Status));
    },
  };
}

async function describe(engine: EmbeddedEngine, { name }: BegunExecution, arn: string) {
  const { status } = await engine.describe(name);
  return {
    DurableExecutionName: name,
    DurableExecutionArn: arn,
    FunctionArn: arn.split('/')[0],
    Status: status.toUpperCase().replace('-', '_'),
    StartTimestamp: 0,
  };
}
