import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../configuration/read-configuration.ts';
import { configurationText } from './configuration-text.ts';

function wrongIn(text: string): readonly string[] {
  const reading = readConfiguration(text);
  if (reading.type === 'read') return [];
  return reading.findings.map(({ at, text }) => `${at.line}:${at.column} ${text}`);
}

/** A cluster with these lines, whose first one is line 5; then a second cluster, and the end of the file. */
function fleetText(lines: readonly string[], { other = [], more = '' }: { other?: readonly string[]; more?: string }) {
  const second = `  - name: other
    kubeconfigSecret: restitch/other
    instanceTag: other
    notification: { nobody: this is only a test }
`;
  const indented = (some: readonly string[]) => some.map((line) => `    ${line}\n`).join('');
  return configurationText(more, `${indented(lines)}${second}${indented(other)}`);
}

const rule = (pool: string) => `settings:\n  safety:\n    approvalRules:\n      - { pool: ${pool}, ask: two }\n`;

describe('what the file says of a fleet is refused', () => {
  it.each([
    [
      'a rule about a misspelt pool',
      ['pools: [gpu, research]'],
      { other: ['pools: [gpu]'], more: rule('reserch') },
      '14:11 settings.safety.approvalRules[0].pool: no cluster has a pool reserch: write research, or add reserch to the pools of the cluster',
    ],
    [
      'a rule about a pool that is like none',
      ['pools: [gpu, research]'],
      { other: ['pools: [gpu]'], more: rule('spare') },
      '14:11 settings.safety.approvalRules[0].pool: no cluster has a pool spare: write one of gpu, research, or add spare to the pools of the cluster',
    ],
    [
      'a rule about a pool that none of two clusters has',
      ['pools: [gpu]'],
      { other: ['pools: [gpu, cpu]'], more: rule('research') },
      '14:11 settings.safety.approvalRules[0].pool: no cluster has a pool research: write one of gpu, cpu, or add research to the pools of the cluster',
    ],
    [
      'a pool twice',
      ['pools: [gpu, cpu, gpu]'],
      {},
      '5:23 clusters[0].pools[2]: gpu stands here already: write it once',
    ],
    [
      'a pool that no label can name',
      ['pools: ["gpu pool"]'],
      {},
      '5:13 clusters[0].pools[0]: "gpu pool" is not right: write the name of a pool, as the pool label of its Nodes has it',
    ],
    [
      'a site twice',
      ['sites:', '  - { name: paris }', '  - { name: paris }'],
      {},
      '7:11 clusters[0].sites[1].name: paris stands here already: write it once',
    ],
    [
      'a hub in no site',
      ['sites: [{ name: cloud }, { name: paris }]', 'hubs: [{ name: hub-1 }]'],
      {},
      '6:12 clusters[0].hubs[0]: the hub hub-1 is in no site: write site: one of cloud, paris',
    ],
    [
      'a hub in a misspelt site',
      ['sites: [{ name: cloud }, { name: paris }]', 'hubs: [{ name: hub-1, site: clowd }]'],
      {},
      '6:27 clusters[0].hubs[0].site: the cluster has no site clowd: write cloud, or add clowd to the sites of the cluster',
    ],
    [
      'a hub in a site of another cluster',
      ['sites: [{ name: paris }]', 'hubs: [{ name: hub-1, site: frankfurt }]'],
      { other: ['sites: [{ name: frankfurt }]'] },
      '6:27 clusters[0].hubs[0].site: the cluster has no site frankfurt: write paris, or add frankfurt to the sites of the cluster',
    ],
    [
      'a hub in a site where there are none',
      ['hubs: [{ name: hub-1, site: cloud }]'],
      {},
      '5:27 clusters[0].hubs[0].site: the cluster has no site cloud: write sites: [{ name: cloud }]',
    ],
    [
      'a network that is none',
      ['podNetworks: [10.42.0.0/33]'],
      {},
      '5:19 clusters[0].podNetworks[0]: "10.42.0.0/33" is not right: write a network, such as 10.42.0.0/16',
    ],
    [
      'an address without a prefix',
      ['serviceNetworks: [10.43.0.0]'],
      {},
      '5:23 clusters[0].serviceNetworks[0]: "10.43.0.0" is not right: write a network, such as 10.42.0.0/16',
    ],
    [
      'host bits',
      ['podNetworks: [10.42.1.0/16]'],
      {},
      '5:19 clusters[0].podNetworks[0]: "10.42.1.0/16" is not right: write 10.42.0.0/16',
    ],
    [
      'host bits of IPv6',
      ['podNetworks: ["fd00:42::1/56"]'],
      {},
      '5:19 clusters[0].podNetworks[0]: "fd00:42::1/56" is not right: write fd00:42::/56',
    ],
    [
      'pods in the network of the services',
      ['podNetworks: [10.42.0.0/15]', 'serviceNetworks: [10.43.0.0/16]'],
      {},
      '6:23 clusters[0].serviceNetworks[0]: 10.43.0.0/16 of the services overlaps 10.42.0.0/15 of the pods: write networks that have no address in common',
    ],
    [
      'a tunnel in the network of the pods',
      ['hubs: [{ name: hub-1, tunnelNetworks: [10.42.200.0/24] }]', 'podNetworks: [10.42.0.0/16]'],
      {},
      '5:44 clusters[0].hubs[0].tunnelNetworks[0]: 10.42.200.0/24 of the tunnels of hub-1 overlaps 10.42.0.0/16 of the pods: write networks that have no address in common',
    ],
    [
      'the tunnels of two hubs',
      [
        'hubs:',
        '  - { name: hub-1, tunnelNetworks: [10.200.0.0/16] }',
        '  - { name: hub-2, tunnelNetworks: [10.200.1.0/24] }',
      ],
      {},
      '7:41 clusters[0].hubs[1].tunnelNetworks[0]: 10.200.1.0/24 of the tunnels of hub-2 overlaps 10.200.0.0/16 of the tunnels of hub-1: write networks that have no address in common',
    ],
    [
      'a LAN in the network of the pods, in another spelling',
      ['podNetworks: ["fd00:42::/56"]', 'sites: [{ name: paris, networks: ["FD00:0042:0:1::/64"] }]'],
      {},
      '6:39 clusters[0].sites[0].networks[0]: FD00:0042:0:1::/64 of the site paris overlaps fd00:42::/56 of the pods: write networks that have no address in common',
    ],
    [
      'a LAN in the network of the hub’s site, which is routed to the hub',
      [
        'sites: [{ name: cloud, networks: [10.0.0.0/16] }, { name: paris, networks: [10.0.1.0/24] }]',
        'hubs: [{ name: hub-1, site: cloud }]',
      ],
      {},
      '5:81 clusters[0].sites[1].networks[0]: 10.0.1.0/24 of the site paris overlaps 10.0.0.0/16 of the site cloud: write networks that have no address in common',
    ],
  ])('%s', (_, lines, more, message) => {
    expect(wrongIn(fleetText(lines, more))).toEqual([message]);
  });
});

describe('what looks alike is right', () => {
  it.each([
    [
      'IPv4 and IPv6 side by side',
      ['podNetworks: [10.42.0.0/16, "fd00:42::/56"]', 'serviceNetworks: ["fd00:43::/112"]'],
    ],
    [
      'neighbours that do not overlap',
      [
        'podNetworks: [10.42.0.0/16]',
        'serviceNetworks: [10.43.0.0/16]',
        'hubs: [{ name: h, tunnelNetworks: [10.44.0.0/24] }]',
      ],
    ],
    [
      'one LAN plan behind two NATs',
      ['sites: [{ name: paris, networks: [192.168.1.0/24] }, { name: lyon, networks: [192.168.1.0/24] }]'],
    ],
    ['a site without a hub', ['sites: [{ name: cloud }, { name: paris }]', 'hubs: [{ name: hub-1, site: cloud }]']],
    ['hubs where no sites are said', ['hubs: [{ name: hub-1 }, { name: hub-2 }]']],
    ['another spelling of IPv6', ['podNetworks: ["FD00:0042:0:0::/56"]']],
  ])('%s', (_, lines) => {
    expect(wrongIn(fleetText(lines, {}))).toEqual([]);
  });

  it('the same networks, sites and hubs in two clusters', () => {
    const lines = ['podNetworks: [10.42.0.0/16]', 'sites: [{ name: cloud }]', 'hubs: [{ name: hub-1, site: cloud }]'];
    expect(wrongIn(fleetText(lines, { other: lines }))).toEqual([]);
  });

  it.each([
    ['none says its pools', [], []],
    ['each says it', ['pools: [research]'], ['pools: [gpu, research]']],
    ['another cluster says it', ['pools: [gpu]'], ['pools: [gpu, research]']],
    ['another cluster says no pools', ['pools: [gpu]'], []],
  ])('a rule about a pool where %s', (_, lines, other) => {
    expect(wrongIn(fleetText(lines, { other, more: rule('research') }))).toEqual([]);
  });
});

describe('an approval rule', () => {
  const inRule = (text: string) => configurationText(`settings:\n  safety:\n    approvalRules: [${text}]\n`);

  it.each([
    ['{ rung: bonce }', /^7:23 .*\.rung: "bonce" is not right: write reconcile or .* or drain$/],
    ['{ clas: vxlan-wedge }', /^7:23 .*\.clas: there is no such key: write class$/],
    ['3', /^7:21 .*\[0\]: 3 is not right: write keys with their values$/],
    ['{ twoAboveGpus: -1 }', /^7:23 .*: -1 is not right: write at least 0$/],
    ['{ ask: two, approvers: [] }', /^7:33 .*\.approvers: it is empty: fill it in, or leave it out$/],
    [
      '{ ask: two, approvers: [U0ANN, alice] }',
      /^7:52 .*approvers\[1\]: "alice" is not right: write the id of a Slack/,
    ],
    ['{ approvers: ["webhook:ann"] }', /^7:35 .*approvers\[0\]: nobody can answer like this: write approvalWebhook/],
    ['{ when: [""] }', /^7:30 .*when\[0\]: "" is not right: write a text that fits/],
  ])('that is wrong is told with its line and what to write instead: %s', (text, message) => {
    const found = wrongIn(inRule(text));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });
});
