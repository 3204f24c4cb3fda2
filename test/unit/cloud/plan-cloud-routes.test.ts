import { describe, expect, it } from 'vitest';
import type { CloudRoute, RouteTableReading } from '../../../core/cloud/route-table.ts';
import { awsCommand, routeChangeLines, targetParameter } from '../../../core/cloud/route-table-change.ts';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { cloudRouteByHand } from '../../../core/repair/cloud-route-by-hand.ts';
import { planCloudRoute } from '../../../core/repair/plan-cloud-route.ts';
import { planCloudRoutes } from '../../../core/repair/plan-cloud-routes.ts';
import { activeRoute } from '../../fakes/fake-cloud-routes.ts';
import { cloudRouteEvidence, cloudRouteFacts, HUB, seenFromTheVpc, TABLE, table } from './cloud-route-cases.ts';

const NETWORK = '10.200.0.0/24';
const blackHole: CloudRoute = {
  destination: NETWORK,
  target: 'eni-0a000000000000bad',
  instanceId: null,
  state: 'blackhole',
};

function plannedLines(...tables: readonly RouteTableReading[]): readonly string[] {
  const plan = planCloudRoutes(cloudRouteFacts(...tables));
  return plan.type === 'planned' ? plan.changes.flatMap(routeChangeLines) : [plan.type];
}

const hubWith = (routes: NodeEvidence['routes']) => (evidence: Evidence) => ({
  ...evidence,
  readings: evidence.readings.map((reading) =>
    reading.role === 'hub' && reading.passive.status === 'read'
      ? { ...reading, passive: { ...reading.passive, evidence: { ...reading.passive.evidence, routes } } }
      : reading,
  ),
});

const withoutProviderId = (evidence: Evidence) => ({
  ...evidence,
  nodes: evidence.nodes.map((node) => ({ ...node, spec: { ...node.spec, providerID: undefined } })),
});

describe('the change of a route table', () => {
  it('makes the route where there is none', () => {
    expect(plannedLines(table())).toEqual([
      `${TABLE}: route ${NETWORK} → ${HUB} (hub-1)`,
      '  now: no such route',
      `  undo: aws ec2 delete-route --route-table-id ${TABLE} --destination-cidr-block ${NETWORK}`,
    ]);
  });

  it('replaces a black hole, and gives it back where that does not help', () => {
    expect(plannedLines(table(blackHole)).slice(1)).toEqual([
      '  now: a black hole, to eni-0a000000000000bad',
      `  undo: aws ec2 replace-route --route-table-id ${TABLE} --destination-cidr-block ${NETWORK} --network-interface-id eni-0a000000000000bad`,
    ]);
  });

  it.each<[string, CloudRoute, string]>([
    [
      'to another instance',
      activeRoute(NETWORK, 'i-0a0000000000000c1'),
      'eni-0a0000000000000c1 of i-0a0000000000000c1',
    ],
    [
      'to a peering connection',
      { destination: NETWORK, target: 'pcx-0a000000000000001', instanceId: null, state: 'active' },
      'pcx-0a000000000000001',
    ],
  ])('replaces a route %s', (_, now, where) => {
    expect(plannedLines(table(now))[1]).toBe(`  now: a route to ${where}`);
  });

  it.each<[string, readonly CloudRoute[]]>([
    ['exactly', [activeRoute(NETWORK, HUB)]],
    ['in a wider network', [activeRoute('10.200.0.0/16', HUB)]],
    ['in the widest that a table can have', [activeRoute('10.128.0.0/9', HUB)]],
  ])('is none where the table has the route %s', (_, routes) => {
    expect(plannedLines(table(...routes))).toEqual(['right']);
  });

  it('is made although a wider route leads to the hub, when a narrower one leads elsewhere', () => {
    const routes = [activeRoute('10.200.0.0/15', HUB), activeRoute('10.200.0.0/16', 'i-0a0000000000000c1')];
    expect(plannedLines(table(...routes))[1]).toBe('  now: no such route');
  });

  it('concerns only the tables that need it', () => {
    const other = { ...table(activeRoute(NETWORK, HUB)), id: 'rtb-0fedcba9876543210' };
    expect(plannedLines(other, table())[0]).toContain(TABLE);
    expect(plannedLines(other, table())).toHaveLength(3);
  });
});

describe('what is not known is not changed', () => {
  const why = (change: (evidence: Evidence) => Evidence, ...tables: readonly RouteTableReading[]) => {
    const plan = planCloudRoutes(deriveFacts(change(cloudRouteEvidence(...tables))));
    return plan.type === 'none' ? plan.why : plan.type;
  };
  const tunnel = (destination: string): NodeEvidence['routes'][number] => [destination, null, 'wg0', false, 0];
  const same = (evidence: Evidence) => evidence;

  it.each<[string, (evidence: Evidence) => Evidence, RegExp]>([
    ['a hub without an instance', withoutProviderId, /providerID of hub-1 names no EC2 instance/],
    ['a hub that tells no network', hubWith([]), /do not tell the tunnel’s network/],
    ['routes for single peers only', hubWith([tunnel('10.200.0.11/32')]), /do not tell the tunnel’s network/],
    [
      'two networks that hold the node',
      hubWith([tunnel('10.200.0.0/24'), tunnel('10.200.0.0/16')]),
      /several routes.*10\.200\.0\.0\/24, 10\.200\.0\.0\/16/,
    ],
    ['a network that holds the VPC’s own hosts', hubWith([tunnel('10.0.0.0/8')]), /holds 10\.0\.2\.20 of cloud-1/],
  ])('%s', (_, change, reason) => {
    expect(why(change, table())).toMatch(reason);
  });

  it('a second network of other nodes does not disturb', () => {
    expect(why(hubWith([tunnel('10.200.0.0/24'), tunnel('10.201.0.0/24')]), table())).toBe('planned');
  });

  it('an MTU that one peer was given does not disturb', () => {
    expect(why(hubWith([tunnel('10.200.0.11/32'), tunnel('10.200.0.0/24')]), table())).toBe('planned');
  });

  it('a table that could not be read, or owns the network itself', () => {
    expect(why(same, { status: 'unread', id: TABLE, reason: 'UnauthorizedOperation' })).toBe(
      `${TABLE} could not be read: UnauthorizedOperation`,
    );
    const local: CloudRoute = { destination: NETWORK, target: 'local', instanceId: null, state: 'active' };
    expect(why(same, table(local))).toMatch(/which is not replaced/);
  });

  it.each(['arn:aws:networkmanager::123456789012:core-network/core-network-0a1b', 'eni-0a1b/secondary'])(
    'a route to a target of an unknown kind: %s',
    (target) => {
      expect(why(same, table({ destination: NETWORK, target, instanceId: null, state: 'active' }))).toMatch(
        /which is not replaced/,
      );
    },
  );

  it('no table at all', () => {
    expect(why(same)).toBe('ROUTE_TABLES names no route table');
  });
});

describe('the words for a person', () => {
  const create = `--destination-cidr-block ${NETWORK} --instance-id ${HUB}`;

  it('are the exact command where the table is known, and name the segment where it is not', () => {
    expect(cloudRouteByHand(cloudRouteFacts(table()))).toBe(
      `the route tables of the cloud: aws ec2 create-route --route-table-id ${TABLE} ${create}`,
    );
    expect(cloudRouteByHand(cloudRouteFacts())).toContain(
      `aws ec2 create-route --route-table-id <of cloud-1> ${create}`,
    );
  });

  it('name the tunnel’s network also where the alert is about the VPC’s own host', () => {
    expect(cloudRouteByHand(deriveFacts(seenFromTheVpc(cloudRouteEvidence())))).toContain(
      `--route-table-id <of cloud-1> ${create}`,
    );
  });

  it('point to what is left when every table is right', () => {
    expect(cloudRouteByHand(cloudRouteFacts(table(activeRoute(NETWORK, HUB))))).toMatch(
      /source\/destination check of i-0a0000000000000a1 and at the security groups/,
    );
  });

  it('have a placeholder for an instance that nobody named', () => {
    expect(cloudRouteByHand(deriveFacts(withoutProviderId(cloudRouteEvidence(table()))))).toContain(
      '--network-interface-id <of hub-1>',
    );
  });
});

describe('the words for a person who is told little', () => {
  const nothingRead = { ...cloudRouteEvidence(), readings: [] };

  it('have a placeholder for each thing that is not known', () => {
    expect(cloudRouteByHand(deriveFacts(nothingRead))).toBe(
      'the route table of the cloud: aws ec2 create-route --route-table-id <of the segment> ' +
        '--destination-cidr-block 10.200.0.11/32 --network-interface-id <of the hub> (ROUTE_TABLES names no route table)',
    );
    expect(cloudRouteByHand(deriveFacts({ ...nothingRead, nodes: [] }))).toContain(
      '--destination-cidr-block <tunnel network>/32 ',
    );
  });
});

describe('the stage that changes route tables', () => {
  const unread: RouteTableReading = { status: 'unread', id: 'rtb-0fedcba9876543210', reason: 'UnauthorizedOperation' };
  const leftOver = 'rtb-0fedcba9876543210 could not be read: UnauthorizedOperation';

  it('plans those that can be changed, on no host, and says which it leaves', () => {
    const facts = cloudRouteFacts(table(), unread);
    expect(planCloudRoute(facts)).toMatchObject({ hosts: [], routeTables: [{ table: TABLE }], beyond: [leftOver] });
    expect(cloudRouteByHand(facts)).toContain(`--instance-id ${HUB}; ${leftOver}`);
  });

  it('hands the rest over', () => {
    const facts = cloudRouteFacts(unread);
    expect(planCloudRoute(facts)).toEqual({ device: 'flannel.1', hosts: [], beyond: [cloudRouteByHand(facts)] });
  });
});

describe('the target of a route', () => {
  it.each([
    ['i-0a0000000000000a1', 'InstanceId', '--instance-id'],
    ['eni-0a0000000000000a1', 'NetworkInterfaceId', '--network-interface-id'],
    ['igw-0a000000000000001', 'GatewayId', '--gateway-id'],
    ['vgw-0a000000000000001', 'GatewayId', '--gateway-id'],
    ['nat-0a000000000000001', 'NatGatewayId', '--nat-gateway-id'],
    ['tgw-0a000000000000001', 'TransitGatewayId', '--transit-gateway-id'],
    ['pcx-0a000000000000001', 'VpcPeeringConnectionId', '--vpc-peering-connection-id'],
    ['vpce-0a00000000000001', 'VpcEndpointId', '--vpc-endpoint-id'],
  ])('%s is given as %s', (target, parameter, option) => {
    expect(targetParameter(target)).toBe(parameter);
    expect(awsCommand(TABLE, { type: 'replace', destination: NETWORK, target })).toContain(`${option} ${target}`);
  });
});
