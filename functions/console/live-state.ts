import type { IncidentLine } from '../../core/console/incident-line.ts';
import type { Overview } from './read-overview.ts';

/** A message of Slack's stand-in. `blocks`: Block Kit, as it was sent. `threadTs`: of the message in whose thread it is. */
export interface ShownMessage {
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly threadTs?: string;
}

/** A fault that can be made in a fleet of ours. */
export interface TryFault {
  readonly name: string;
  /** The node that its alert names. */
  readonly node: string;
  readonly class: string;
  readonly story: string;
}

/** What the page is told once: where it is, and what it can do there. */
export interface ConsoleSetup {
  /** `namespaces`, `simulated`, `your cluster`, or the name of a stack. */
  readonly fleet: string;
  /** Slack's stand-in, where there is one: who may be played. */
  readonly users: readonly { readonly id: string; readonly name: string; readonly note: string }[];
  readonly standIn: boolean;
  /** How a first alert is sent by hand; null: not from here. */
  readonly hints: { readonly webhookUrl: string; readonly token: string } | null;
  /** Null: nothing may be broken here. */
  readonly faults: readonly TryFault[] | null;
  /** Where nothing is answered on the page: the CloudFormation stack that the command line names. Null: it is answered here, or in Slack. */
  readonly stack: string | null;
}

/** Everything that the page shows without being asked. */
export interface LiveState extends Overview {
  readonly setup: ConsoleSetup;
  readonly messages: readonly ShownMessage[];
  readonly whispers: readonly ShownMessage[];
}

/** What changed. A part that is not there is as it was. */
export interface LiveDelta extends Partial<Omit<LiveState, 'incidents'>> {
  readonly incidents?: {
    readonly changed: readonly IncidentLine[];
    readonly gone: readonly string[];
    /** They were there before the page was opened. */
    readonly older?: true;
  };
}
