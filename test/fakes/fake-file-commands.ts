import { gunzipSync } from 'node:zlib';
import { RestitchError } from '../../core/restitch-error.ts';
import type { CommandResult, CommandRunner, InstanceLookup, NodeCommand } from '../../core/runbook/node-command.ts';

/** Run Command as far as the document `expect` needs it. Commands stay at work until `finish`. */
export interface FakeFileCommands extends Pick<CommandRunner, 'findInstance' | 'send' | 'result'> {
  readonly sent: readonly NodeCommand[];
  /** What the lookup of a node says, where that is not an agent that is online. */
  readonly lookups: Map<string, InstanceLookup>;
  /** How the next sends go wrong, one each. */
  readonly nextSends: ('throttled' | 'lost-reply')[];
  /** Ends every command that is at work. */
  finish(result?: CommandResult): void;
  /** The nodes that were sent a file since the last call, by name. */
  takeSent(): readonly string[];
}

const WRITTEN: CommandResult = { status: 'succeeded', stdout: '', truncated: false };

export function createFakeFileCommands(): FakeFileCommands {
  const sent: NodeCommand[] = [];
  const results = new Map<string, CommandResult>();
  let taken = 0;
  const fake: FakeFileCommands = {
    sent,
    lookups: new Map(),
    nextSends: [],
    findInstance: async (name) =>
      fake.lookups.get(name) ?? {
        type: 'found',
        instanceId: `mi-${name}`,
        agent: { status: 'online', version: '3.3.2746.0' },
      },
    send: async (command) => {
      const fault = fake.nextSends.shift();
      if (fault === 'throttled') throw new RestitchError('ssm', 'ThrottlingException', { retryable: true });
      if (fault === 'lost-reply') throw new RestitchError('ssm', 'socket hang up', { retryable: false });
      sent.push(command);
      const commandId = `command-${sent.length}`;
      results.set(commandId, { status: 'running' });
      return { commandId };
    },
    result: async (commandId) => results.get(commandId) ?? { status: 'running' },
    finish: (result = WRITTEN) => {
      for (const [id, { status }] of results) if (status === 'running') results.set(id, result);
    },
    takeSent: () => {
      const names = sent.slice(taken).map(({ instanceId }) => instanceId.replace(/^mi-/, ''));
      taken = sent.length;
      return names.toSorted();
    },
  };
  return fake;
}

/** The file that a command carries. */
export function fileIn({ parameters }: NodeCommand): string {
  return gunzipSync(Buffer.from(parameters['content'] ?? '', 'base64')).toString('utf8');
}
