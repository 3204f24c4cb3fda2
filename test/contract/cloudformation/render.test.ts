import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startCloudFormationServer } from '../../fakes/cloudformation-server.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { captureCli } from '../../unit/cli/captured-cli.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const outputs = {
  TableName: 'table',
  QueueUrl: 'https://queue',
  WebhookUrl: 'https://webhook.lambda-url.eu-west-1.on.aws/',
  WebhookSecretArn: 'arn:webhook',
  SlackInteractivityUrl: 'https://slack.lambda-url.eu-west-1.on.aws/',
  RunbookRoleArn: role('runbook'),
  SweepRoleArn: role('sweep'),
};
const configuration = `clusters:
  - name: one
    eks: { endpoint: 'https://x.example', ca: Q0E= }
    notification: { nobody: this is only a test }
  - name: two
    kubeconfigSecret: k
    notification: { nobody: this is only a test }
    instanceTag: restitch:second
    stack: { name: Second, documentPrefix: Second }
`;

async function render(stack: string, clusters: string) {
  const server = await startCloudFormationServer({ [stack]: { outputs: { ...outputs, Clusters: clusters } } });
  closers.push(server.close);
  const folder = temporaryFolder();
  const file = join(folder, 'restitch.config.yaml');
  writeFileSync(file, configuration);
  const environment = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_CLOUDFORMATION: server.url };
  const said = await captureCli(['config', 'render', file, '--output', folder, '--stack', stack], environment);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { ...said, read };
}

it('fills in what a deployed stack knows, for its clusters alone', async () => {
  const { code, out, read } = await render('Restitch', 'one');
  expect([code, out.filter((line) => line.includes('/two/'))]).toEqual([0, []]);
  const slack = parse(read('one/slack-app-manifest.yaml'));
  expect(slack.settings.interactivity.request_url).toBe(outputs.SlackInteractivityUrl);
  expect(slack.features.slash_commands[0].url).toBe(outputs.SlackInteractivityUrl);
  expect(parse(read('one/alertmanager.yml')).receivers[1].webhook_configs[0].url).toBe(outputs.WebhookUrl);
  expect(read('one/access-entries.sh')).toContain(`runbook_role='${role('runbook')}'\nsweep_role='${role('sweep')}'`);
});

it('refuses a stack that serves none of the clusters of the file', async () => {
  const { code, err } = await render('Second', 'three');
  expect([code, err]).toEqual([2, expect.stringContaining('the stack Second serves three')]);
});
