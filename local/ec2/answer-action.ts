import { parseCidr, sameCidr } from '../../core/network/cidr.ts';
import { Ec2Failure } from './ec2-failure.ts';
import { LAB_ROUTE_TABLE, type VpcRoute, type VpcRouteTable } from './vpc-route-table.ts';
import type { XmlValue } from './xml.ts';

type Action = (table: VpcRouteTable, input: URLSearchParams) => Promise<XmlValue>;

const actions: Readonly<Record<string, Action>> = {
  CreateRoute: createRoute,
  DeleteRoute: deleteRoute,
  DescribeRouteTables: describeRouteTables,
  ReplaceRoute: replaceRoute,
};

/** Answers one action of the EC2 API with the members of its response. Throws `Ec2Failure` with the service's own codes. */
export async function answerAction(table: VpcRouteTable, input: URLSearchParams): Promise<XmlValue> {
  const name = input.get('Action') ?? '';
  const perform = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (perform === undefined)
    throw new Ec2Failure('InvalidAction', `The action ${name} is not valid for this web service.`);
  return perform(table, input);
}

/** `RouteTableId.1`, `RouteTableId.2` …; none: every table. Filters are not supported. */
async function describeRouteTables(table: VpcRouteTable, input: URLSearchParams): Promise<XmlValue> {
  const names = [...input.keys()];
  if (names.some((name) => name.startsWith('Filter.')))
    throw new Ec2Failure('InvalidParameterValue', 'the stand-in knows no filters');
  for (const name of names) if (name.startsWith('RouteTableId.')) mustExist(input.get(name) ?? '');
  const routes = await table.read();
  return {
    routeTableSet: [
      {
        routeTableId: LAB_ROUTE_TABLE,
        vpcId: 'vpc-0a000000000000001',
        ownerId: '000000000000',
        associationSet: [],
        propagatingVgwSet: [],
        tagSet: [],
        routeSet: routes.map(
          (route): XmlValue => ({
            ...route,
            origin: route.gatewayId === 'local' ? 'CreateRouteTable' : 'CreateRoute',
          }),
        ),
      },
    ],
  };
}

async function createRoute(table: VpcRouteTable, input: URLSearchParams): Promise<XmlValue> {
  const { destination, there } = await aim(table, input);
  if (there !== undefined)
    throw new Ec2Failure('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  await put(table, destination, input);
  return { return: 'true' };
}

async function replaceRoute(table: VpcRouteTable, input: URLSearchParams): Promise<XmlValue> {
  const { destination, there } = await aim(table, input);
  if (there === undefined) {
    const why = `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`;
    throw new Ec2Failure('InvalidParameterValue', why);
  }
  await put(table, destination, input);
  return { return: 'true' };
}

async function deleteRoute(table: VpcRouteTable, input: URLSearchParams): Promise<XmlValue> {
  const { destination, there } = await aim(table, input);
  if (there === undefined) {
    const why = `no route with destination-cidr-block ${destination} in route table ${LAB_ROUTE_TABLE}`;
    throw new Ec2Failure('InvalidRoute.NotFound', why);
  }
  await table.remove(destination);
  return { return: 'true' };
}

/** The destination, and the table's route of it. Routes of the VPC's own networks cannot be changed. */
async function aim(
  table: VpcRouteTable,
  input: URLSearchParams,
): Promise<{ readonly destination: string; readonly there: VpcRoute | undefined }> {
  mustExist(required(input, 'RouteTableId'));
  const destination = required(input, 'DestinationCidrBlock');
  if (!destination.includes('/') || parseCidr(destination)?.network.version !== 4)
    throw new Ec2Failure(
      'InvalidParameterValue',
      `Value (${destination}) for parameter destinationCidrBlock is invalid.`,
    );
  const there = (await table.read()).find((route) => sameCidr(route.destinationCidrBlock, destination));
  if (there?.gatewayId !== undefined)
    throw new Ec2Failure('InvalidParameterValue', `the stand-in does not change its route to ${there.gatewayId}`);
  return { destination, there };
}

async function put(table: VpcRouteTable, destination: string, input: URLSearchParams): Promise<void> {
  const instanceId = input.get('InstanceId');
  const target = instanceId ?? required(input, 'NetworkInterfaceId');
  if (await table.put(destination, target)) return;
  const [code, what] = instanceId === null ? ['NetworkInterfaceID', 'networkInterface'] : ['InstanceID', 'instance'];
  throw new Ec2Failure(`Invalid${code}.NotFound`, `The ${what} ID '${target}' does not exist`);
}

function required(input: URLSearchParams, name: string): string {
  const value = input.get(name);
  if (value === null) throw new Ec2Failure('MissingParameter', `The request must contain the parameter ${name}`);
  return value;
}

function mustExist(id: string): void {
  if (id !== LAB_ROUTE_TABLE)
    throw new Ec2Failure('InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`);
}
