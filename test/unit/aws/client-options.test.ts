import { createServer } from 'node:http';
import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { awsClientOptions } from '../../../adapters/aws/client-options.ts';
import { createSsmClients } from '../../../adapters/aws/ssm-clients.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe('a client with our options', () => {
  it('ends a request that is never answered', async () => {
    const server = createServer(() => undefined);
    const { region, credentials, endpoint } = clientOptions(await listenOnLoopback(server, 0));
    closers.push(() => server.closeAllConnections(), server.close.bind(server));
    // A shorter time, so that the test ends sooner.
    const requestHandler = { ...awsClientOptions.requestHandler, requestTimeout: 200 };
    const client = new SSMClient({ region, credentials, endpoint, requestHandler, maxAttempts: 1 });
    await expect(client.send(new DescribeInstanceInformationCommand({}))).rejects.toThrow('200 ms requestTimeout');
  });
});

describe('the clients for Systems Manager', () => {
  it('try again, but never with SendCommand', async () => {
    const { client, sendClient } = createSsmClients({ region: 'eu-central-1', maxAttempts: 3 });
    expect(await client.config.maxAttempts()).toBe(3);
    expect(await sendClient.config.maxAttempts()).toBe(1);
  });
});
