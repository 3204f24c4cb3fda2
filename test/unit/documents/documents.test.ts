import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentHash, documentName } from '../../../adapters/aws/document-name.ts';
import { formatOperation, type Operation } from '../../../core/grammar/operation.ts';
import { buildDocument } from '../../../runbooks/documents/build-document.ts';
import { documents } from '../../../runbooks/documents/documents.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'runbooks', 'node');
const readScript = (file: string) => readFileSync(join(folder, file), 'utf8');
const names = [
  'diagnose',
  'apply',
  'restart-agent',
  'bounce',
  'confirm',
  'rollback',
  'read-journal',
  'expect',
] as const;

const peer = 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=';

/** At least one of each kind: the compiler says which is missing. */
const written: { readonly [Op in Operation['op']]: readonly Extract<Operation, { readonly op: Op }>[] } = {
  sysctl: [
    { op: 'sysctl', key: 'net.ipv4.ip_forward', value: 1 },
    { op: 'sysctl', key: 'net.ipv6.conf.all.forwarding', value: 1 },
  ],
  'vxlan create': [
    {
      op: 'vxlan create',
      dev: 'flannel.1',
      ...{ vni: 1, port: 8472, local: 'fd00::1', under: 'wg0', mac: '02:00:00:00:00:01', mtuBytes: 1370 },
    },
  ],
  'link up': [{ op: 'link up', dev: 'flannel.1' }],
  'link mtu': [{ op: 'link mtu', dev: 'wg0', mtuBytes: 1340 }],
  'addr replace': [{ op: 'addr replace', address: '10.42.1.0/32', dev: 'flannel.1' }],
  'addr del': [{ op: 'addr del', address: '10.42.9.1/24', dev: 'cni0' }],
  offload: [{ op: 'offload', dev: 'flannel.1', feature: 'tx-checksum-ip-generic', value: 'off' }],
  'conntrack del': [{ op: 'conntrack del', from: '10.42.12.5:40000', to: '10.0.1.10:8125', at: '10.42.11.9' }],
  'wg listen-port': [{ op: 'wg listen-port', dev: 'wg0', port: 51_822 }],
  'wg keepalive': [{ op: 'wg keepalive', dev: 'wg0', peer, seconds: 25 }],
  'wg endpoint': [
    { op: 'wg endpoint', dev: 'wg0', peer, endpoint: '192.0.2.1:51820' },
    { op: 'wg endpoint', dev: 'wg0', peer: peer.replace('xT', '+/'), endpoint: '[2001:db8::1]:51820' },
  ],
  'wg allowed-ips': [{ op: 'wg allowed-ips', dev: 'wg0', peer, cidrs: ['10.200.0.0/24', 'fd00:200::/64'] }],
  'wg add': [
    {
      op: 'wg add',
      dev: 'flannel-wg',
      ...{ peer, endpoint: '10.200.0.12:51821', seconds: 25, cidrs: ['10.42.12.0/24', 'fd00:12::/64'] },
    },
  ],
  'wg del': [{ op: 'wg del', dev: 'flannel-wg', peer }],
  'neigh replace': [
    { op: 'neigh replace', ip: '10.42.2.0', mac: '02:00:00:00:00:02', dev: 'flannel.1' },
    { op: 'neigh replace', ip: 'fd00::2', mac: '02:00:00:00:00:02', dev: 'flannel-v6.1' },
  ],
  'fdb replace': [{ op: 'fdb replace', mac: '02:00:00:00:00:02', dst: '192.0.2.2', dev: 'flannel.1' }],
  'route replace': [{ op: 'route replace', cidr: '10.42.2.0/24', via: '10.42.2.0', dev: 'flannel.1' }],
  'route set': [
    { op: 'route set', cidr: '10.0.0.0/16', dev: 'wg0', mtuBytes: null },
    { op: 'route set', cidr: '10.200.0.11/32', dev: 'wg0', mtuBytes: 1328 },
  ],
  'route del': [{ op: 'route del', cidr: '10.42.2.0/24', dev: 'flannel.1' }],
  'route flush cache': [{ op: 'route flush cache', address: '198.51.100.10' }],
};
const operations = Object.values(written).flat();

/** Whatever a cluster's Node objects and a node's tables may hold. */
const ip = fc.oneof(fc.ipV4(), fc.ipV6());
const cidr = fc.tuple(ip, fc.integer({ min: 1, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`);
const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':'));
const dev = fc.stringMatching(/^[a-z][a-z0-9._-]{0,14}$/);
const port = fc.integer({ min: 1, max: 65_535 });
const endpoint = fc
  .tuple(ip, port)
  .map(([address, number]) => (address.includes(':') ? `[${address}]:${number}` : `${address}:${number}`));
const anyOperation: fc.Arbitrary<Operation> = fc
  .record({
    dev,
    under: dev,
    ip,
    via: ip,
    cidr,
    mac,
    peer: key,
    endpoint,
    port,
    cidrs: fc.array(cidr, { minLength: 1 }),
  })
  .chain((any) => {
    const { under, cidrs, via } = any;
    const forms: readonly Operation[] = [
      {
        op: 'vxlan create',
        dev: any.dev,
        vni: any.port,
        port: any.port,
        local: any.ip,
        under,
        mac: any.mac,
        mtuBytes: 1450,
      },
      { op: 'link mtu', dev: any.dev, mtuBytes: any.port },
      { op: 'addr replace', dev: any.dev, address: any.cidr },
      { op: 'addr del', dev: any.dev, address: any.cidr },
      { op: 'offload', dev: any.dev, feature: 'tx-checksum-ip-generic', value: 'off' },
      { op: 'conntrack del', from: any.endpoint, to: any.endpoint, at: any.ip },
      { op: 'wg keepalive', dev: any.dev, peer: any.peer, seconds: any.port },
      { op: 'wg endpoint', dev: any.dev, peer: any.peer, endpoint: any.endpoint },
      { op: 'wg allowed-ips', dev: any.dev, peer: any.peer, cidrs },
      { op: 'wg add', dev: any.dev, peer: any.peer, endpoint: any.endpoint, seconds: any.port, cidrs },
      { op: 'wg del', dev: any.dev, peer: any.peer },
      { op: 'neigh replace', dev: any.dev, ip: any.ip, mac: any.mac },
      { op: 'fdb replace', dev: any.dev, dst: any.ip, mac: any.mac },
      { op: 'route replace', dev: any.dev, cidr: any.cidr, via },
      { op: 'route set', dev: any.dev, cidr: any.cidr, mtuBytes: any.port },
      { op: 'route del', dev: any.dev, cidr: any.cidr },
      { op: 'route flush cache', address: any.ip },
    ];
    return fc.constantFrom(...forms);
  });

/** The service matches a value against the pattern as it is written. */
function accepts(document: (typeof names)[number], parameter: string, value: string): boolean {
  const definition = documents[document].parameters[parameter];
  if (definition === undefined) throw new Error(`${document} has no parameter ${parameter}`);
  return new RegExp(definition.allowedPattern).test(value);
}

describe('the Run Command documents', () => {
  it('are these and no others', () => {
    expect(Object.keys(documents).toSorted()).toEqual([...names].toSorted());
  });

  it('use every script of the folder', () => {
    const used = new Set(names.flatMap((name) => documents[name].scripts));
    expect([...used].toSorted()).toEqual(readdirSync(folder).toSorted());
  });

  it('are deployed under the stack’s prefix and the hash of their content', () => {
    const hash = documentHash(buildDocument('read-journal', readScript));
    expect(documentName('Restitch', 'read-journal', hash)).toMatch(/^Restitch-read-journal-[0-9a-f]{12}$/);
  });

  it('have another name when a script, a pattern or a time-out is another', () => {
    const content = buildDocument('apply', readScript);
    const otherScript = buildDocument('apply', (file) => `${readScript(file)}\n: changed`);
    const [step] = content.mainSteps;
    const otherTimeout = { ...content, mainSteps: [{ ...step, inputs: { ...step.inputs, timeoutSeconds: '61' } }] };
    const key = content.parameters['operationKey'];
    const otherPattern = {
      ...content,
      parameters: { ...content.parameters, operationKey: { ...key, allowedPattern: '.*' } },
    };
    const hashes = [content, otherScript, otherTimeout, otherPattern].map(documentHash);
    expect(new Set(hashes).size).toBe(4);
    expect(documentHash(buildDocument('apply', readScript))).toBe(hashes[0]);
  });

  describe.each(names)('%s', (name) => {
    const content = buildDocument(name, readScript);
    const [step] = content.mainSteps;

    it('is a schema 2.2 document with one shell step, whose script is a list of lines', () => {
      expect(content.schemaVersion).toBe('2.2');
      expect(content.mainSteps).toHaveLength(1);
      expect(step.action).toBe('aws:runShellScript');
      expect(step.name).toMatch(/^[a-zA-Z0-9_-]{3,128}$/);
      expect(step.inputs.runCommand.every((line) => !line.includes('\n'))).toBe(true);
    });

    it('carries no line of comment, and the scripts that it writes keep their first one', () => {
      const lines = step.inputs.runCommand;
      expect(lines.filter((line) => /^\s*#( |$)/.test(line))).toEqual([]);
      expect(lines.filter((line) => line.startsWith('#!')).length).toBe(
        documents[name].scripts.flatMap((file) => readScript(file).match(/^#!.*$/gm) ?? []).length,
      );
    });

    it('stays below the 64 KB that a document may have', () => {
      expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThan(64 * 1024);
    });

    it('ends by itself: a time-out below 5 s would mean an hour', () => {
      expect(Number(step.inputs.timeoutSeconds)).toBeGreaterThanOrEqual(5);
      expect(Number(step.inputs.timeoutSeconds)).toBeLessThanOrEqual(120);
    });

    it('gives every parameter to the script as an environment variable, and never as text', () => {
      for (const parameter of Object.values(content.parameters)) {
        expect(parameter).toMatchObject({ type: 'String', interpolationType: 'ENV_VAR' });
      }
      expect(JSON.stringify(content)).not.toContain('{{');
    });

    it('lets only anchored patterns in, which its own defaults pass', () => {
      for (const { allowedPattern, default: byDefault, description } of Object.values(content.parameters)) {
        expect(allowedPattern).toMatch(/^\^.*\$$/);
        expect(description).not.toBe('');
        if (byDefault !== undefined) expect(byDefault).toMatch(new RegExp(allowedPattern));
      }
    });

    it('demands of the environment exactly the parameters that it declares', () => {
      const script = step.inputs.runCommand.join('\n');
      const used = new Set([...script.matchAll(/\$\{?SSM_([A-Za-z0-9]+)/g)].map(([, parameter]) => parameter));
      const declared = Object.keys(content.parameters);
      expect(declared.filter((parameter) => !used.has(parameter))).toEqual([]);
    });
  });

  it.each(['apply', 'bounce'] as const)('%s takes every operation that the planner can write', (name) => {
    for (const operation of operations) expect(accepts(name, 'operations', formatOperation(operation))).toBe(true);
    expect(accepts(name, 'operations', operations.map(formatOperation).join(','))).toBe(true);
    expect(accepts(name, 'operations', '')).toBe(true);
  });

  it('any operation is taken, and is one line without a comma', () => {
    fc.assert(
      fc.property(anyOperation, (operation) => {
        const line = formatOperation(operation);
        expect(line).not.toMatch(/[,\n]/);
        expect(accepts('apply', 'operations', line)).toBe(true);
      }),
    );
  });

  it.each(['A', '+', '=', '[', ']'])('a key or an endpoint may hold %j, a device may not', (text) => {
    expect(accepts('apply', 'operations', `wg ${text}`)).toBe(true);
    expect(accepts('bounce', 'device', `wg0${text}`)).toBe(false);
    expect(accepts('diagnose', 'flannelDevice', `flannel.1${text}`)).toBe(false);
    expect(accepts('diagnose', 'probes', `a/10.0.0.1/56/echo${text}`)).toBe(false);
  });

  it.each([
    ';',
    '$(id)',
    '`id`',
    '"',
    "'",
    '\\',
    '|',
    '&',
    '<',
    '>',
    '*',
    '?',
    '!',
    '#',
    '~',
    '^',
    '%',
    '@',
    '{{ x }}',
    '\n',
    '\t',
    'ä',
  ])('no parameter that reaches a tool takes %j', (text) => {
    expect(accepts('apply', 'operations', `link up flannel.1${text}`)).toBe(false);
    expect(accepts('bounce', 'device', `wg0${text}`)).toBe(false);
    expect(accepts('diagnose', 'flannelDevice', `flannel.1${text}`)).toBe(false);
    expect(accepts('diagnose', 'probes', `a/10.0.0.1/56/echo${text}`)).toBe(false);
    expect(accepts('diagnose', 'focus', `10.0.0.1${text}`)).toBe(false);
    expect(accepts('expect', 'content', `H4sI${text}`)).toBe(false);
    expect(accepts('expect', 'generation', `1${text}`)).toBe(false);
  });

  it.each([
    ['', false],
    ['0', false],
    ['1', true],
    ['90', true],
    ['9999', true],
    ['10000', false],
    ['09', false],
  ])('a bounce may wait %j seconds for its confirmation: %s', (seconds, allowed) => {
    expect(accepts('bounce', 'confirmWithinSeconds', seconds)).toBe(allowed);
  });

  it.each([
    ['', false],
    ['0', true],
    ['1', true],
    ['9999', true],
    ['10000', false],
    ['00', false],
    ['09', false],
  ])('an apply may wait %j seconds for its confirmation: %s', (seconds, allowed) => {
    expect(accepts('apply', 'confirmWithinSeconds', seconds)).toBe(allowed);
  });

  it('an apply arms nothing unless it is told to', () => {
    expect(documents.apply.parameters['confirmWithinSeconds']?.default).toBe('0');
  });

  it('keys of operations are file names that stay in their folder', () => {
    expect(accepts('confirm', 'operationKey', 'inc-1.bounce.1')).toBe(true);
    expect(accepts('confirm', 'operationKey', 'a'.repeat(100))).toBe(true);
    expect(accepts('confirm', 'operationKey', 'a'.repeat(101))).toBe(false);
    for (const key of ['', '..', '.x', 'a/b', 'a b', '-x']) expect(accepts('confirm', 'operationKey', key)).toBe(false);
  });
});
