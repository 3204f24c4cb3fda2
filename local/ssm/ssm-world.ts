import { OLDEST_AGENT } from '../../core/runbook/agent-version.ts';
import type { Fleet } from '../../lab/fleet.ts';
import type { RegisteredDocument } from './command-document.ts';
import type { CommandTable } from './command-table.ts';
import type { Faults } from './faults.ts';
import type { KeptCommand } from './kept-command.ts';

/** State that all operations of the stand-in use. */
export interface SsmWorld {
  readonly fleet: Fleet;
  readonly documents: Map<string, RegisteredDocument>;
  readonly table: CommandTable;
  readonly faults: Faults;
  /** The tag whose value is the name of the instance's Kubernetes node. */
  readonly instanceTag: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Hands an accepted command to the agent of one instance; returns at once. */
  readonly dispatch: (command: KeptCommand, instanceId: string) => void;
}

export const AGENT_VERSION = OLDEST_AGENT;
export const OLD_AGENT_VERSION = '3.3.1611.0';
