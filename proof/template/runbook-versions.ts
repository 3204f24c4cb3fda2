import { lambdaOperationOf } from './aws-call.ts';
import { errorAnswer, jsonAnswer, type Service } from './aws-gate.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** A version of the runbook: its code and environment, which never change. */
export interface RunbookVersion {
  readonly version: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
  readonly code: DeployedCode;
}

/** A function as one deployment made it. */
export interface DeployedCode {
  readonly environment: Readonly<Record<string, string>>;
  readonly lambda: LambdaFunction;
}

export interface RunbookVersions {
  /** Publishes the next version, to which the alias points from then on. */
  publish(code: DeployedCode): string;
  /** The version that the alias points to. */
  live(): string;
  list(): readonly RunbookVersion[];
  /** Throws `TypeError` where the version was removed. */
  run(version: string, event: unknown): Promise<unknown>;
  /** Does nothing where it was removed already. */
  remove(version: string): Promise<void>;
  /** Lambda's calls about versions; `undefined` for every other. */
  service(request: Parameters<Service>[0]): ReturnType<Service> | undefined;
}

/** What Lambda keeps of the runbook from deployment to deployment. */
export function createRunbookVersions(): RunbookVersions {
  const versions = new Map<string, RunbookVersion>();
  let published = 0;

  async function remove(version: string): Promise<void> {
    const removed = versions.get(version);
    versions.delete(version);
    await removed?.code.lambda.close();
  }

  const live = () => String(published);
  const list = () => [...versions.values()];
  return {
    publish: (code) => {
      published += 1;
      versions.set(live(), { version: live(), publishedAt: Date.now(), code });
      return live();
    },
    live,
    list,
    run: async (version, event) => {
      const found = versions.get(version);
      if (found === undefined) throw new TypeError(`version ${version} of the runbook was removed`);
      return found.code.lambda.invoke(event);
    },
    remove,
    service: (request) => {
      const { operation, query } = lambdaOperationOf(request);
      switch (operation) {
        case 'GetFunctionConfiguration':
          return Promise.resolve(jsonAnswer(200, { Version: live() }));
        case 'ListVersionsByFunction':
          return Promise.resolve(jsonAnswer(200, { Versions: listed(list(), live()) }));
        case 'DeleteFunction':
          return deleteVersion(query.get('Qualifier'));
        default:
          return undefined;
      }
    },
  };

  async function deleteVersion(qualifier: string | null) {
    if (qualifier === null || qualifier === live())
      return errorAnswer(409, 'ResourceConflictException', 'the alias points to it');
    await remove(qualifier);
    return jsonAnswer(200, {});
  }
}

/** Lambda also lists what is not published: it is the same as the live one. */
function listed(versions: readonly RunbookVersion[], live: string): readonly unknown[] {
  return versions.flatMap((one) => (one.version === live ? [shown(one, '$LATEST'), shown(one)] : [shown(one)]));
}

function shown({ version, publishedAt, code }: RunbookVersion, name = version): unknown {
  return {
    Version: name,
    LastModified: new Date(publishedAt).toISOString().replace('Z', '+0000'),
    Environment: { Variables: code.environment },
  };
}
