import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import type { CommandRunner } from '../../core/runbook/node-command.ts';
import type { SsmNames } from './ssm-clients.ts';

/** The same port, but the SDK is loaded at the first call: an incident that is held sends no command. */
export function loadCommandRunner(config: SSMClientConfig, names: SsmNames): CommandRunner {
  let loaded: Promise<CommandRunner> | undefined;
  const runner = () => {
    loaded ??= import('./ssm-clients.ts').then(({ connectCommandRunner }) => connectCommandRunner(config, names));
    return loaded;
  };
  return {
    findInstance: async (nodeName, providerId) => (await runner()).findInstance(nodeName, providerId),
    send: async (command) => (await runner()).send(command),
    sendToAll: async (command) => (await runner()).sendToAll(command),
    findCommand: async (operationKey, instanceId) => (await runner()).findCommand(operationKey, instanceId),
    listUnderWay: async (commandId) => (await runner()).listUnderWay(commandId),
    result: async (commandId, instanceId) => (await runner()).result(commandId, instanceId),
  };
}
