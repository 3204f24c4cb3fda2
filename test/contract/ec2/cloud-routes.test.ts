import { CreateRouteCommand, DescribeRouteTablesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCloudRoutes } from '../../../adapters/aws/load-cloud-routes.ts';
import type { CloudRoutes } from '../../../core/cloud/cloud-routes.ts';
import { type Ec2StandIn, startEc2StandIn } from '../../../local/ec2/ec2-stand-in.ts';
import { LAB_ROUTE_TABLE } from '../../../local/ec2/vpc-route-table.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { CLOUD, createRouterFleet, HUB } from './router-fleet.ts';

const NETWORK = '10.200.0.0/24';
const STRANGER = 'rtb-0fedcba9876543210';

let standIn: Ec2StandIn;
let routes: Map<string, string>;
let cloud: CloudRoutes;

beforeEach(async () => {
  const router = createRouterFleet();
  routes = router.routes;
  standIn = await startEc2StandIn(router.fleet);
  cloud = loadCloudRoutes([LAB_ROUTE_TABLE, STRANGER], clientOptions(standIn.url));
});

afterEach(() => standIn.close());

const create = { type: 'create', destination: NETWORK, target: HUB } as const;
const replace = { ...create, type: 'replace' } as const;
const remove = { type: 'delete', destination: NETWORK } as const;
const ours = async () => (await cloud.read(LAB_ROUTE_TABLE)).find(({ destination }) => destination === NETWORK);

describe('reading a route table', () => {
  it('tells the VPC’s own networks, its gateway, and routes to instances by their interface', async () => {
    routes.set(NETWORK, '10.0.1.10');
    expect(await cloud.read(LAB_ROUTE_TABLE)).toEqual([
      { destination: '10.0.0.0/16', target: 'local', instanceId: null, state: 'active' },
      { destination: '0.0.0.0/0', target: 'igw-0a000000000000001', instanceId: null, state: 'active' },
      { destination: NETWORK, target: 'eni-0a0000000000000a1', instanceId: HUB, state: 'active' },
    ]);
  });

  it('tells a route to nobody as a black hole', async () => {
    routes.set(NETWORK, '10.0.3.30');
    expect(await ours()).toMatchObject({ instanceId: null, state: 'blackhole' });
  });

  it('throws what is not there, and what is not ours to read, as not worth a retry', async () => {
    await expect(cloud.read(STRANGER)).rejects.toMatchObject({
      code: 'ec2',
      retryable: false,
      message: expect.stringContaining('InvalidRouteTableID.NotFound'),
    });
    standIn.trouble.push({ action: 'DescribeRouteTables', kind: 'denied' });
    await expect(cloud.read(LAB_ROUTE_TABLE)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('UnauthorizedOperation'),
    });
  });

  it('waits a throttle out', async () => {
    standIn.trouble.push({ action: 'DescribeRouteTables', kind: 'throttled' });
    expect(await cloud.read(LAB_ROUTE_TABLE)).toHaveLength(2);
  });
});

describe('writing a route', () => {
  it('makes, replaces and deletes it on the router', async () => {
    expect(await cloud.write(LAB_ROUTE_TABLE, create)).toEqual({ type: 'done' });
    expect(routes.get(NETWORK)).toBe('10.0.1.10');
    expect(await cloud.write(LAB_ROUTE_TABLE, { ...replace, target: CLOUD })).toEqual({ type: 'done' });
    expect(routes.get(NETWORK)).toBe('10.0.2.20');
    expect(await cloud.write(LAB_ROUTE_TABLE, { ...replace, target: 'eni-0a0000000000000a1' })).toEqual({
      type: 'done',
    });
    expect(await ours()).toMatchObject({ instanceId: HUB });
    expect(await cloud.write(LAB_ROUTE_TABLE, remove)).toEqual({ type: 'done' });
    expect(await ours()).toBeUndefined();
  });

  it('is done when it was done before', async () => {
    for (const write of [create, create, replace, replace, remove, remove])
      expect(await cloud.write(LAB_ROUTE_TABLE, write)).toEqual({ type: 'done' });
  });

  it.each([create, replace, remove])(
    'is done once, and known to be, when the reply to $type is lost',
    async (write) => {
      if (write.type !== 'create') routes.set(NETWORK, '10.0.2.20');
      const action = { create: 'CreateRoute', replace: 'ReplaceRoute', delete: 'DeleteRoute' }[write.type];
      standIn.trouble.push({ action, kind: 'reply-lost' });
      expect(await cloud.write(LAB_ROUTE_TABLE, write)).toEqual({ type: 'done' });
      expect((await ours())?.instanceId).toBe(write.type === 'delete' ? undefined : HUB);
    },
  );

  it.each<[string, () => void, Parameters<CloudRoutes['write']>[1], RegExp]>([
    ['a route that leads elsewhere', () => routes.set(NETWORK, '10.0.2.20'), create, /^RouteAlreadyExists/],
    ['no route to replace', () => undefined, replace, /^InvalidParameterValue: There is no route defined/],
    ['no such instance', () => undefined, { ...create, target: 'i-0a00000000000dead' }, /^InvalidInstanceID\.NotFound/],
    [
      'no such interface',
      () => undefined,
      { ...create, target: 'eni-0a00000000000dead' },
      /^InvalidNetworkInterfaceID\.NotFound/,
    ],
    [
      'no right',
      () => standIn.trouble.push({ action: 'CreateRoute', kind: 'denied' }),
      create,
      /^UnauthorizedOperation/,
    ],
  ])('is refused with EC2’s own words for %s', async (_, prepare, write, reason) => {
    prepare();
    const before = new Map(routes);
    expect(await cloud.write(LAB_ROUTE_TABLE, write)).toEqual({
      type: 'refused',
      reason: expect.stringMatching(reason),
    });
    expect(routes).toEqual(before);
  });

  it('never touches a table that is not configured', async () => {
    const narrow = loadCloudRoutes([STRANGER], clientOptions(standIn.url));
    await expect(narrow.write(LAB_ROUTE_TABLE, create)).rejects.toMatchObject({ code: 'ec2', retryable: false });
    await expect(narrow.read(LAB_ROUTE_TABLE)).rejects.toMatchObject({ code: 'ec2', retryable: false });
    expect(routes.has(NETWORK)).toBe(false);
  });

  it('that nobody answers may be tried again', async () => {
    await standIn.close();
    await expect(cloud.write(LAB_ROUTE_TABLE, create)).rejects.toMatchObject({ code: 'ec2', retryable: true });
    await expect(cloud.read(LAB_ROUTE_TABLE)).rejects.toMatchObject({ code: 'ec2', retryable: true });
  });
});

describe('the stand-in', () => {
  it('lists its one table to who names none, as EC2 does', async () => {
    const client = new EC2Client(clientOptions(standIn.url));
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables?.map(({ RouteTableId }) => RouteTableId)).toEqual([LAB_ROUTE_TABLE]);
  });

  it.each([
    ['InvalidParameterValue', { DestinationCidrBlock: '10.200.0.0', InstanceId: HUB }],
    ['InvalidParameterValue', { DestinationCidrBlock: '0.0.0.0/0', InstanceId: HUB }],
    ['MissingParameter', { InstanceId: HUB }],
    ['MissingParameter', { DestinationCidrBlock: NETWORK }],
  ])('answers %s to what EC2 would not take', async (name, input) => {
    const client = new EC2Client(clientOptions(standIn.url));
    const call = client.send(new CreateRouteCommand({ RouteTableId: LAB_ROUTE_TABLE, ...input }));
    await expect(call).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it('takes no unsigned request, and knows only actions of route tables', async () => {
    const unsigned = await fetch(standIn.url, { method: 'POST', body: 'Action=DescribeRouteTables' });
    expect(unsigned.status).toBe(401);
    expect(await unsigned.text()).toContain('<Code>AuthFailure</Code>');
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=x' };
    const unknown = await fetch(standIn.url, { method: 'POST', headers, body: 'Action=TerminateInstances' });
    expect(await unknown.text()).toContain('<Code>InvalidAction</Code>');
  });
});
