import {
  DeleteDocumentCommand,
  DescribeDocumentCommand,
  DescribeInstanceInformationCommand,
  GetDocumentCommand,
  ListCommandsCommand,
  ListDocumentsCommand,
  paginateListCommands,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerDocument } from '../../../local/ssm/command-document.ts';
import { credentials, GPU_1, region, type SsmUnderTest, startUnderTest, thrownBy } from './ssm-under-test.ts';
import { documentOf, testDocuments } from './test-documents.ts';

let ssm: SsmUnderTest;
const hosts = Array.from({ length: 12 }, (_, index) => `gpu-${index}`);

beforeEach(async () => {
  ssm = await startUnderTest({ hosts });
});
afterEach(() => ssm.close());

describe('an SSM client without an endpoint of its own', () => {
  it('finds the stand-in by AWS_ENDPOINT_URL_SSM', async () => {
    process.env['AWS_ENDPOINT_URL_SSM'] = ssm.standIn.url;
    try {
      const client = new SSMClient({ region, credentials });
      const { Document } = await client.send(new DescribeDocumentCommand({ Name: 'Restitch-apply' }));
      expect(Document).toMatchObject({ Name: 'Restitch-apply', DocumentType: 'Command', SchemaVersion: '2.2' });
    } finally {
      delete process.env['AWS_ENDPOINT_URL_SSM'];
    }
  });
});

describe('a call', () => {
  const call = (headers: Record<string, string>, body = '{}') =>
    fetch(ssm.standIn.url, { method: 'POST', headers, body }).then(async (response) => [
      response.status,
      await response.json(),
    ]);
  const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=x' };

  it.each([
    ['without a signature', { 'x-amz-target': 'AmazonSSM.ListCommands' }, '{}', 'MissingAuthenticationTokenException'],
    ['of another service', { ...signed, 'x-amz-target': 'AmazonEC2.Stop' }, '{}', 'UnknownOperationException'],
    [
      'that the stand-in has not',
      { ...signed, 'x-amz-target': 'AmazonSSM.PutParameter' },
      '{}',
      'UnknownOperationException',
    ],
    [
      'of a name that every object has',
      { ...signed, 'x-amz-target': 'AmazonSSM.toString' },
      '{}',
      'UnknownOperationException',
    ],
    ['whose body is not JSON', { ...signed, 'x-amz-target': 'AmazonSSM.ListCommands' }, '{', 'SerializationException'],
  ])('%s is refused', async (_what, headers, body, type) => {
    expect(await call(headers, body)).toMatchObject([400, { __type: type }]);
  });
});

describe('SendCommand', () => {
  const input = { DocumentName: 'Restitch-apply', InstanceIds: [GPU_1] };

  it.each([
    [
      'a comment of 101 characters',
      { Comment: 'x'.repeat(101) },
      "'comment' failed to satisfy constraint: Member must have length less than or equal to 100",
    ],
    [
      'a delivery time-out of 29 s',
      { TimeoutSeconds: 29 },
      "'timeoutSeconds' failed to satisfy constraint: Member must have value greater than or equal to 30",
    ],
    [
      'no instance',
      { InstanceIds: [] },
      "'instanceIds' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    ['targets, which the stand-in does not resolve', { Targets: [{ Key: 'tag:a', Values: ['b'] }] }, 'Targets'],
  ])('refuses %s', async (_what, over, words) => {
    const error = await thrownBy(ssm.client.send(new SendCommandCommand({ ...input, ...over })));
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(words) });
  });

  it('goes to several instances or, when one is unknown, to none', async () => {
    const both = ['mi-0a000000000000001', 'mi-0a000000000000002'];
    const mixed = new SendCommandCommand({ ...input, InstanceIds: [GPU_1, 'mi-0f00000000000000f'] });
    expect(await thrownBy(ssm.client.send(mixed))).toMatchObject({ name: 'InvalidInstanceId' });
    expect((await ssm.client.send(new ListCommandsCommand({}))).Commands).toEqual([]);
    const { Command } = await ssm.client.send(new SendCommandCommand({ ...input, InstanceIds: both }));
    expect(Command).toMatchObject({ TargetCount: 2, InstanceIds: both, RequestedDateTime: expect.any(Date) });
  });
});

describe('ListCommands', () => {
  it('pages without gaps or repeats, newest first, while commands arrive', async () => {
    ssm.fault({ kind: 'document-fails' });
    const send = (comment: string) =>
      ssm.client.send(
        new SendCommandCommand({ DocumentName: 'Restitch-apply', InstanceIds: [GPU_1], Comment: comment }),
      );
    for (const comment of ['a', 'b', 'c', 'd', 'e']) await send(comment);
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListCommands({ client: ssm.client, pageSize: 2 }, { InstanceId: GPU_1 })) {
      seen.push(...(page.Commands ?? []).map(({ Comment }) => Comment));
      await send('later');
    }
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('refuses filters and tokens that it does not know', async () => {
    await ssm.client.send(new SendCommandCommand({ DocumentName: 'Restitch-apply', InstanceIds: [GPU_1] }));
    const filtered = new ListCommandsCommand({ Filters: [{ key: 'ExecutionStage', value: 'Executing' }] });
    expect(await thrownBy(ssm.client.send(filtered))).toMatchObject({ name: 'InvalidFilterKey' });
    const foreign = new ListCommandsCommand({ NextToken: 'foreign' });
    expect(await thrownBy(ssm.client.send(foreign))).toMatchObject({ name: 'InvalidNextToken' });
  });
});

describe('finding the instance of a node', () => {
  const found = { type: 'found', instanceId: GPU_1, agent: { status: 'online', version: '3.3.2746.0' } };

  it.each([
    ['the providerID of EC2 agrees', `aws:///eu-central-1a/${GPU_1}`],
    ['the providerID of a hybrid EKS node agrees', `eks-hybrid:///eu-central-1/fleet/${GPU_1}`],
    ['there is no providerID', undefined],
    ['the providerID is of another kind', 'k3s://gpu-1'],
  ])('goes by the tag when %s', async (_what, providerId) => {
    expect(await ssm.runner.findInstance('gpu-1', providerId)).toEqual(found);
  });

  it.each([
    ['is not registered', 'i-0f00000000000000f'],
    ['is another node’s', 'mi-0a000000000000002'],
  ])('finds none when the providerID names an instance that %s', async (_what, instanceId) => {
    expect(await ssm.runner.findInstance('gpu-1', `aws:///eu-central-1a/${instanceId}`)).toEqual({
      type: 'missing',
      reason: `spec.providerID of gpu-1 names ${instanceId}, but ${GPU_1} has the tag restitch:node with the value gpu-1: one of the two is wrong`,
    });
  });

  it('is missing when nothing carries the tag, and says which one is wanted where', async () => {
    expect(await ssm.runner.findInstance('gpu-99', undefined)).toEqual({
      type: 'missing',
      reason:
        'no instance in Systems Manager has the tag restitch:node with the value gpu-99: give it to the instance of this node',
    });
    expect(await ssm.runner.findInstance('gpu-99', `aws:///eu-central-1a/${GPU_1}`)).toEqual({
      type: 'missing',
      reason: `no instance in Systems Manager has the tag restitch:node with the value gpu-99: give it to ${GPU_1}`,
    });
  });

  it('is ambiguous when two instances carry the same tag', async () => {
    const twins = await startUnderTest({ hosts: ['gpu-1', 'gpu-1'] });
    try {
      const instanceIds = ['mi-0a000000000000000', 'mi-0a000000000000001'];
      expect(await twins.runner.findInstance('gpu-1', undefined)).toEqual({
        type: 'ambiguous',
        instanceIds,
        reason:
          'several instances have the tag restitch:node with the value gpu-1: ' +
          'mi-0a000000000000000, mi-0a000000000000001. Leave it on the one of this node',
      });
    } finally {
      await twins.close();
    }
  });

  it('is there on every page of a large fleet', async () => {
    const { InstanceInformationList, NextToken } = await ssm.client.send(new DescribeInstanceInformationCommand({}));
    expect(InstanceInformationList).toHaveLength(10);
    const rest = await ssm.client.send(new DescribeInstanceInformationCommand({ NextToken }));
    expect(rest.InstanceInformationList?.map(({ ComputerName }) => ComputerName)).toEqual(['gpu-10', 'gpu-11']);
  });

  it('is found by what its agent says, and by all of several filters', async () => {
    ssm.fault({ kind: 'agent-offline', instanceId: GPU_1 });
    const namesOf = async (...filters: readonly [string, string][]) => {
      const Filters = filters.map(([Key, value]) => ({ Key, Values: [value] }));
      const found = await ssm.client.send(new DescribeInstanceInformationCommand({ Filters }));
      return found.InstanceInformationList?.map(({ ComputerName }) => ComputerName);
    };
    expect(await namesOf(['PingStatus', 'ConnectionLost'])).toEqual(['gpu-1']);
    expect(await namesOf(['PingStatus', 'Online'], ['InstanceIds', GPU_1])).toEqual([]);
    expect(await namesOf(['tag:restitch:node', 'gpu-3'], ['PingStatus', 'Online'])).toEqual(['gpu-3']);
    expect(await thrownBy(namesOf(['Colour', 'red']))).toMatchObject({ name: 'InvalidFilterKey' });
  });
});

describe('documents', () => {
  it('are listed by prefix and come back as they were registered', async () => {
    const list = new ListDocumentsCommand({ Filters: [{ Key: 'Name', Values: ['Restitch-'] }] });
    const { DocumentIdentifiers = [] } = await ssm.client.send(list);
    expect(DocumentIdentifiers.map(({ Name }) => Name)).toEqual(Object.keys(testDocuments).sort());
    const { Content } = await ssm.client.send(new GetDocumentCommand({ Name: 'Restitch-apply' }));
    expect(JSON.parse(Content ?? '')).toEqual(testDocuments['Restitch-apply']);
    const missing = new GetDocumentCommand({ Name: 'Restitch-missing' });
    expect(await thrownBy(ssm.client.send(missing))).toMatchObject({ name: 'InvalidDocument' });
  });

  it('are there once, with the time they were made, until they are deleted', async () => {
    const list = new ListDocumentsCommand({ Filters: [{ Key: 'Name', Values: ['Restitch-late'] }] });
    const before = Math.floor(Date.now() / 1_000);
    ssm.standIn.register('Restitch-late', documentOf('true'));
    expect(() => ssm.standIn.register('Restitch-late', documentOf('true'))).toThrow(/exists already/);
    const { DocumentIdentifiers: [late] = [] } = await ssm.client.send(list);
    expect(late?.CreatedDate?.getTime()).toBeGreaterThanOrEqual(before * 1_000);
    await ssm.client.send(new DeleteDocumentCommand({ Name: 'Restitch-late' }));
    expect((await ssm.client.send(list)).DocumentIdentifiers).toEqual([]);
    const again = new DeleteDocumentCommand({ Name: 'Restitch-late' });
    expect(await thrownBy(ssm.client.send(again))).toMatchObject({ name: 'InvalidDocument' });
  });

  const [step] = [{ action: 'aws:runShellScript', name: 'step', inputs: { runCommand: ['true'] } }];

  it.each([
    ['is larger than 64 KiB', documentOf(`: ${'x'.repeat(65_536)}`)],
    ['has a precondition', { schemaVersion: '2.2', mainSteps: [{ ...step, precondition: {} }] }],
    ['has another schema', { schemaVersion: '1.2', mainSteps: [step] }],
    ['has another action', { schemaVersion: '2.2', mainSteps: [{ ...step, action: 'aws:configurePackage' }] }],
    ['names a parameter as no agent takes it', documentOf('true', { 'a-b': { type: 'String' } })],
    ['has two steps of one name', { schemaVersion: '2.2', mainSteps: [step, step] }],
  ])('one that %s is refused at the start', (_what, content) => {
    expect(() => registerDocument('Restitch-apply', content, 0)).toThrow(TypeError);
  });
});
