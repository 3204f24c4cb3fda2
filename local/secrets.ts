import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const LocalSecrets = z.object({
  webhookToken: z.string(),
  slackToken: z.string(),
  slackSigningSecret: z.string(),
  kubernetesToken: z.string(),
});

export type LocalSecrets = z.infer<typeof LocalSecrets>;

/** The secrets of one state folder: made at the first start, readable by their owner only. */
export async function localSecrets(stateDir: string): Promise<LocalSecrets> {
  const path = join(stateDir, 'secrets.json');
  try {
    return LocalSecrets.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // The first start in this folder.
    const random = () => randomBytes(24).toString('hex');
    const secrets = {
      webhookToken: random(),
      slackToken: `xoxb-local-${random()}`,
      slackSigningSecret: random(),
      kubernetesToken: random(),
    };
    await writeFile(path, JSON.stringify(secrets), { mode: 0o600 });
    return secrets;
  }
}
