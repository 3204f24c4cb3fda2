import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paginateListCommands, SSMClient } from '@aws-sdk/client-ssm';
import { SettingsEnvironment } from '../../functions/settings-environment.ts';
import type { DrillResult } from '../../local/drill.ts';
import { functionIdOf } from '../template/entry-points.ts';
import { REGION } from '../template/physical-names.ts';
import { type RunningTemplate, startTemplate } from '../template/start-template.ts';
import { synthesizeCopy } from '../template/synthesize-copy.ts';
import { readTemplate, resourcesOf, type SynthesizedTemplate } from '../template/synthesized-template.ts';
import { type BegunIncident, beginIncident } from './begin-incident.ts';

/** What the second release prints when its runbook loads. */
export const SECOND_RELEASE = 'second release';
/** A document has no line that is a comment alone, so the scripts get a command that does nothing. */
const secondRelease = {
  'runbooks/node/common.sh': `\n: '${SECOND_RELEASE}'\n`,
  'functions/runbook/handler.ts': `\nprocess.stdout.write('${SECOND_RELEASE}\\n');\n`,
};

/** What an incident was worked with. */
export interface Used {
  /** The versions that its executions began on. */
  readonly versions: readonly string[];
  /** The documents that Run Command got for it. */
  readonly documents: readonly string[];
}

/** An incident that waited for approval while another release was deployed. */
export interface OverDeployment {
  readonly meanwhile: Account;
  readonly ended: Used & Pick<DrillResult, 'healed' | 'why'>;
  readonly afterwards: Account;
}

/** What is in the account after sweep's pass a day later. */
export interface Account {
  readonly versions: readonly string[];
  readonly documents: readonly string[];
}

export interface UpgradeProof {
  /** The documents of the two releases. */
  readonly first: readonly string[];
  readonly second: readonly string[];
  /** It waited for approval on the first release while the second was deployed. */
  readonly overUpgrade: OverDeployment;
  /** It waited on the second release while the first was deployed again. */
  readonly overRollback: OverDeployment;
  /** It began after the rollback, and asks for approval. */
  readonly afterRollback: Used;
  /** What the runbook of each deployment printed, in their order. */
  readonly printed: readonly string[];
  readonly refused: readonly string[];
}

/** Upgrades a running stack and rolls it back, each while an incident waits for approval. */
export async function proveUpgrade(say: (line: string) => void, signal: AbortSignal): Promise<UpgradeProof> {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-upgrade-'));
  try {
    const config = join(import.meta.dirname, 'restitch.config.yaml');
    const synthesize = async (name: string, changes = {}) =>
      readTemplate(await synthesizeCopy(join(stateDir, name), { changes, config }));
    const [first, second] = await Promise.all([synthesize('first'), synthesize('second', secondRelease)]);
    const running = await startTemplate({
      template: first,
      stateDir,
      kubeconfigSecret: 'restitch/kubeconfig',
      instanceTag: SettingsEnvironment.parse({}).INSTANCE_TAG,
      log: { info: () => undefined, warn: say, error: say },
    });
    try {
      const told = await upgradeAndRollBack(running, { first, second }, () => beginIncident(running, say, signal));
      const log = (deployment: number) => join(stateDir, `${functionIdOf(first, 'Runbook')}.${deployment}.log`);
      const printed = [1, 2, 3].map((deployment) => readFileSync(log(deployment), 'utf8'));
      const documents = { first: documentsOf(first), second: documentsOf(second) };
      return { ...documents, ...told, printed, refused: running.gate.refused };
    } finally {
      await running.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function upgradeAndRollBack(
  running: RunningTemplate,
  { first, second }: Readonly<Record<'first' | 'second', SynthesizedTemplate>>,
  begin: () => Promise<BegunIncident>,
): Promise<Pick<UpgradeProof, 'overUpgrade' | 'overRollback' | 'afterRollback'>> {
  const overUpgrade = await overDeployment(running, await begin(), second);
  const overRollback = await overDeployment(running, await begin(), first);
  const last = await begin();
  await last.leave();
  return { overUpgrade, overRollback, afterRollback: await usedBy(running, last) };
}

/** Deploys while the incident waits; approves; prunes before and after. */
async function overDeployment(
  running: RunningTemplate,
  waiting: BegunIncident,
  template: SynthesizedTemplate,
): Promise<OverDeployment> {
  await running.deploy(template);
  const meanwhile = await pruned(running);
  const { healed, why } = await waiting.approve();
  const ended = { healed, why, ...(await usedBy(running, waiting)) };
  return { meanwhile, ended, afterwards: await pruned(running) };
}

/** Lets sweep prune as it does when a day has passed: in minute 17 of an hour. */
async function pruned({ runSchedules, versions, standIns }: RunningTemplate): Promise<Account> {
  const now = Date.now();
  const hour = 3_600_000;
  const dayLater = Math.ceil((now + 24 * hour) / hour) * hour + 17 * 60_000;
  await runSchedules(dayLater - now);
  return { versions: versions.list().map(({ version }) => version), documents: standIns.ssm.documentNames() };
}

async function usedBy(
  { executions, standIns }: RunningTemplate,
  { incidentId }: Pick<BegunIncident, 'incidentId'>,
): Promise<Used> {
  const own = `${incidentId.replaceAll('.', '_')}-`;
  const versions = executions().flatMap(({ name, version }) => (name.startsWith(own) ? [version] : []));
  const credentials = { accessKeyId: 'proof', secretAccessKey: 'proof' };
  const client = new SSMClient({ region: REGION, endpoint: standIns.ssm.url, credentials });
  const documents = new Set<string>();
  for await (const { Commands = [] } of paginateListCommands({ client }, {}))
    for (const { Comment, DocumentName } of Commands)
      if (Comment?.startsWith(`${incidentId}.`) === true && DocumentName !== undefined) documents.add(DocumentName);
  return { versions, documents: [...documents].toSorted() };
}

function documentsOf(template: SynthesizedTemplate): readonly string[] {
  return resourcesOf(template, 'AWS::SSM::Document').map(([, { Properties }]) => String(Properties['Name']));
}
