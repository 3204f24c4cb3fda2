import { sees } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { lookUpRoute } from '../evidence/routes.ts';
import { overlaps, parseCidr } from '../network/cidr.ts';
import type { Member } from '../overlay/member.ts';
import { type Facts, measuredHosts, reaches } from './facts.ts';

/** A policy rule that takes packets of the overlay from the main table, on a host that loses them. */
export interface PolicyRoute {
  readonly host: string;
  readonly because: readonly string[];
}

/**
 * What the kernel itself answers, policy rules included, against where the overlay's packets must go. Only on the node and on
 * hosts that lose their own packets: a rule that hurts nobody is somebody's own affair.
 */
export function policyRoute(facts: Facts): PolicyRoute | undefined {
  for (const { host, measured } of measuredHosts(facts)) {
    const because = [...waysBesideMain(facts, host, measured), ...rulesAboutPods(facts, host, measured)];
    if (because.length > 0) return { host, because };
  }
  return undefined;
}

function waysBesideMain(facts: Facts, host: string, measured: NodeEvidence): readonly string[] {
  const { network, evidence } = facts;
  const { ways = [] } = measured;
  return network.members.flatMap(({ node, overlayIp, publicIp }) => {
    if (node === host || reaches(facts, host, node) !== 'lost') return [];
    return ways.flatMap(({ address, device, table, gateway }) => {
      const isOfPeer = address === overlayIp && gateway !== publicIp;
      const isAstray =
        table !== null && device !== evidence.flannelDevice && mainLeadsElsewhere(measured, address, device);
      return isOfPeer && isAstray
        ? [`${host}: a rule sends ${address} of ${node} to table ${table}, dev ${device}`]
        : [];
    });
  });
}

/**
 * The main table has a route of its own for the address, which the rule takes the packets from. Where it has none, a full
 * tunnel's table gets them by right, and the route that is missing is the fault.
 */
function mainLeadsElsewhere(measured: NodeEvidence, address: string, device: string | null): boolean {
  const route = sees(measured, 'routes') ? lookUpRoute(measured.routes, address) : undefined;
  return route !== undefined && route.prefix > 0 && route.device !== device;
}

/** A rule that names pods, and looks them up in another table than the main one. */
function rulesAboutPods(facts: Facts, host: string, { rules = [] }: NodeEvidence): readonly string[] {
  const { network, name } = facts;
  const losesPods = network.members.some(({ node }) =>
    host === name
      ? reaches(facts, node, name) === 'lost' || reaches(facts, name, node) === 'lost'
      : reaches(facts, host, node) === 'lost',
  );
  if (!losesPods) return [];
  return rules
    .filter((rule) => leavesMain(rule) && networksIn(rule[1]).some((each) => isOfPods(each, network.members)))
    .map(([priority, text]) => `${host}: ip rule ${priority}: ${text}`);
}

/** True for a rule that looks packets up in a table which the kernel does not have from the start. */
export function leavesMain([, text]: readonly [number, string]): boolean {
  return !/\blookup (main|local|default)\b/.test(text);
}

function networksIn(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:from|to) (\d[\d./]*)/g)].flatMap(([, network]) => network ?? []);
}

function isOfPods(network: string, members: readonly Member[]): boolean {
  const cidr = parseCidr(network);
  return (
    cidr !== undefined &&
    cidr.prefix > 0 &&
    members.some(({ podCidr }) => {
      const pods = parseCidr(podCidr);
      return pods !== undefined && overlaps(cidr, pods) === true;
    })
  );
}
