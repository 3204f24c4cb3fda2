import { expect, it } from 'vitest';
import { createSsmClients } from '../../../adapters/aws/ssm-clients.ts';
import { actingCommands } from '../../../cli/doctor/commands-sent.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { commandRunner } from '../../../local/ssm/command-runner.ts';
import { ownDocuments } from '../../../local/ssm/own-documents.ts';
import { startSsmStandIn } from '../../../local/ssm/ssm-stand-in.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { createFakeFleet } from '../../fakes/fake-fleet.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

it('finds what Run Command was told to do for an incident, and neither looks nor what others did', async () => {
  const config = loadLocalConfig({});
  const fleet = createFakeFleet(['gpu-1']);
  const world = {
    fleet,
    documents: ownDocuments(config),
    stateDir: temporaryFolder(),
    instanceTag: config.INSTANCE_TAG,
  };
  const ssm = await startSsmStandIn(world);
  const since = Date.now();
  const runner = commandRunner({ url: ssm.url, anyCredentials: true }, config);
  const { client } = createSsmClients(clientOptions(ssm.url));
  try {
    const instanceId = fleet.hosts[0]?.instanceId ?? '';
    const send = (document: 'diagnose' | 'read-journal', operationKey: string) => {
      const parameters: Readonly<Record<string, string>> = document === 'diagnose' ? {} : { operationKey };
      return runner.send({ document, instanceId, parameters, operationKey, timeoutSeconds: 30 });
    };
    await send('diagnose', 'lab.gpu-1.1.look.1');
    await send('read-journal', 'lab.gpu-1.1.reconcile.1');
    await send('read-journal', 'lab.gpu-1.12.reconcile.1');
    const asked = { incidentId: 'lab.gpu-1.1', prefix: config.DOCUMENT_PREFIX };
    expect(await actingCommands(client, { ...asked, since })).toEqual([
      { document: expect.stringMatching(/^Restitch-read-journal-/), operationKey: 'lab.gpu-1.1.reconcile.1' },
    ]);
    expect(await actingCommands(client, { ...asked, since: Date.now() + 120_000 })).toEqual([]);
  } finally {
    client.destroy();
    await ssm.close();
  }
});
