/** The documents that may change something, and the one that reads what they did from the node's journal. */
export const actingDocuments = ['apply', 'restart-agent', 'bounce', 'confirm', 'rollback', 'read-journal'] as const;

/** The document that writes the watchdog's file on a node. It changes nothing in networking; sweep alone sends it. */
export const fileDocument = 'expect';

export const documentNames = ['diagnose', ...actingDocuments, fileDocument] as const;

/** One of our Run Command documents, by its short name. The deployed name has the stack's prefix and the hash of its content. */
export type DocumentName = (typeof documentNames)[number];

/** Documents that people and State Manager run on nodes. No function may send them. */
export const onboardingDocuments = ['check-node', 'install-watchdog'] as const;

export type OnboardingDocument = (typeof onboardingDocuments)[number];

/** One command to one node. Parameter values are strings that the document's `allowedPattern` accepts. */
export interface NodeCommand {
  readonly document: DocumentName;
  readonly instanceId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** `<incident>.<stage>.<attempt>`, at most 100 characters: the command's Comment. */
  readonly operationKey: string;
  readonly timeoutSeconds: number;
}

/** One read-only command to several nodes, with the same parameters for all of them. */
export interface SharedCommand extends Omit<NodeCommand, 'instanceId'> {
  /** At most 50, each once. */
  readonly instanceIds: readonly string[];
}

/** What became of a command. Only `succeeded` and `failed` prove that the script ran to its end. */
export type CommandResult =
  | { readonly status: 'running' }
  | { readonly status: 'succeeded'; readonly stdout: string; readonly truncated: boolean }
  | { readonly status: 'failed'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly status: 'timed-out'; readonly stdout: string }
  | { readonly status: 'not-delivered'; readonly reason: string };

/** The SSM agent of an instance. `unknown`: the instance is not registered. */
export type AgentStatus =
  | { readonly status: 'online'; readonly version: string }
  | { readonly status: 'offline'; readonly version: string }
  | { readonly status: 'unknown' };

export type InstanceLookup =
  | { readonly type: 'found'; readonly instanceId: string; readonly agent: AgentStatus }
  | { readonly type: 'missing'; readonly reason: string }
  /** Its agent would run our scripts without their parameters. */
  | { readonly type: 'too-old'; readonly instanceId: string; readonly version: string; readonly reason: string }
  | { readonly type: 'ambiguous'; readonly instanceIds: readonly string[]; readonly reason: string };

/** Run Command, as the runbook needs it. Throws `RestitchError` (code `ssm`) for what is not an outcome. */
export interface CommandRunner {
  /**
   * The one instance whose tag has the node's name as its value. A `spec.providerID` that ends in `i-…`/`mi-…` must name the
   * same one. Otherwise `missing` or `ambiguous`, and `too-old` for an agent that no command may be sent to, with what to correct.
   */
  findInstance(nodeName: string, providerId: string | undefined): Promise<InstanceLookup>;
  /** Sends once; a lost reply throws with `retryable: false` and must be reconciled with `findCommand`. */
  send(command: NodeCommand): Promise<{ readonly commandId: string }>;
  /** The same for several instances, each of which has its own result under the one id. Refused for one means refused for all. */
  sendToAll(command: SharedCommand): Promise<{ readonly commandId: string }>;
  /** The command whose Comment is this operation key, if Run Command knows one. */
  findCommand(operationKey: string, instanceId: string): Promise<string | undefined>;
  /** The instances on which a command that was sent to several has not ended yet, by one request. A young command may be missing. */
  listUnderWay(commandId: string): Promise<readonly string[]>;
  result(commandId: string, instanceId: string): Promise<CommandResult>;
}
