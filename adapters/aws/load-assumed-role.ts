import type { AssumedRoleOptions } from './assumed-role.ts';
import type { AwsCredentialSource } from './aws-credentials.ts';

/** The same credentials, but what asks STS is loaded when they are needed for the first time: most stacks have one account. */
export function loadAssumedRole(options: AssumedRoleOptions): AwsCredentialSource {
  let loaded: Promise<AwsCredentialSource> | undefined;
  return async () => {
    loaded ??= import('./assumed-role.ts').then(({ createAssumedRole }) => createAssumedRole(options));
    return (await loaded)();
  };
}
