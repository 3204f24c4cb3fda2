import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Log } from '../../core/log.ts';
import type { CommandRunner } from '../../core/runbook/node-command.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { PauseList } from '../../core/safety/pause.ts';
import type { Records } from '../../core/safety/records.ts';
import type { ExpectedNetworkFile } from '../../core/watchdog/expected-network-file.ts';
import type { KeptFiles, WantedFile } from '../../core/watchdog/kept-files.ts';

export interface FilePorts {
  readonly cluster: Pick<Cluster, 'listNodes' | 'readInventory'>;
  readonly commands: Pick<CommandRunner, 'findInstance' | 'send' | 'result'>;
  readonly files: Records<KeptFiles>;
  readonly safety: { readonly pauses: Pick<Records<PauseList>, 'get'> };
  /** A short digest, as text. */
  readonly digest: (text: string) => string;
  readonly clock: () => number;
  readonly log: Log;
}

/** A node whose file may be sent in this pass. */
export interface WantedNode extends WantedFile {
  readonly node: NodeObject;
  readonly file: ExpectedNetworkFile;
}
