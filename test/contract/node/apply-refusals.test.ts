import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { createHealthyPair } from './diagnosed-node.ts';
import { type NamespaceNode, type NamespacePair, peerOperations } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

describe.skipIf(obstacles.length > 0)(`what the apply document refuses on a healthy node${why}`, () => {
  let pair: NamespacePair;
  let node: NamespaceNode;
  let keys = 0;

  // One pair for all: nothing that is refused touches it.
  beforeAll(async () => {
    pair = await createHealthyPair();
    node = pair.node;
  });
  afterEach(() => node.forget());
  afterAll(() => pair.remove());

  const parameters = (operations: readonly string[], others: Readonly<Record<string, string>> = {}) => {
    keys += 1;
    return {
      operationKey: `inc-1.reconcile.${keys}`,
      fencingToken: '5',
      operations: operations.join(','),
      check: 'false',
      confirmWithinSeconds: '0',
      ...others,
    };
  };

  describe('whatever is not in the grammar', () => {
    const valid = peerOperations[0];
    it.each([
      ['a command after a semicolon', `${valid};touch PWNED`],
      ['a command substitution', `${valid} $(touch PWNED)`],
      ['a backtick', `${valid} \`touch PWNED\``],
      ['a new line', `${valid}\nlink up flannel.1`],
      ['quotes', `neigh replace "10.42.2.0" lladdr 02:00:00:00:00:02 dev flannel.1`],
      ['another verb', 'link set dev flannel.1 down'],
      ['another object', 'netns exec default reboot'],
      ['a device that is a path', 'link up ../../etc/x'],
      ['a device that is an option', 'link up -force'],
      ['a device name that is too long', 'link up abcdefghijklmnop'],
      ['an address out of range', 'neigh replace 10.42.256.0 lladdr 02:00:00:00:00:02 dev flannel.1'],
      ['an address in octal', 'neigh replace 010.42.2.0 lladdr 02:00:00:00:00:02 dev flannel.1'],
      ['a MAC in upper case', 'neigh replace 10.42.2.0 lladdr 0A:00:00:00:00:02 dev flannel.1'],
      ['a multicast MAC', 'fdb replace 01:00:5e:00:00:01 dst 192.0.2.2 dev flannel.1'],
      ['everybody’s MAC', 'fdb replace 00:00:00:00:00:00 dst 192.0.2.2 dev flannel.1'],
      ['a prefix out of range', 'route replace 10.42.2.0/33 via 10.42.2.0 dev flannel.1 onlink'],
      ['the default route', 'route replace 0.0.0.0/0 via 10.42.2.0 dev flannel.1 onlink'],
      [
        'a route with an MTU that no IP packet has',
        'route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink mtu 68',
      ],
      ['a route with half an MTU', 'route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink mtu'],
      ['a route without onlink', 'route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1'],
      ['words behind a line', `${valid} nud failed`],
      ['two blanks', 'link  up flannel.1'],
      ['an empty line', `${valid},,link up flannel.1`],
    ])('refuses the whole call for %s', async (_what, line) => {
      const before = await node.tables();
      const given = { ...parameters([]), operations: `${peerOperations[2]},${line}` };
      const { code, report } = await node.act('apply', given);
      expect(report).toMatchObject({ status: 'refused', changed: [], reason: expect.stringContaining('grammar') });
      expect(code).toBe(3);
      expect(await node.tables()).toBe(before);
      expect((await readdir(node.root)).filter((name) => name.includes('PWNED'))).toEqual([]);
      expect((await node.act('read-journal', given)).report.status).toBe('absent');
    });

    it.each([
      ['operationKey', '../../../etc/passwd'],
      ['operationKey', 'a b'],
      ['operationKey', 'a\nb'],
      ['fencingToken', '1; reboot'],
      ['fencingToken', '-1'],
      ['check', 'maybe'],
    ])('refuses %s %j', async (name, value) => {
      const { code, report } = await node.act('apply', parameters(peerOperations, { [name]: value }));
      expect(report.status).toBe('refused');
      expect(code).toBe(3);
    });

    it('refuses when the agent put no parameter into the environment', async () => {
      const { code, report } = await node.act('apply', {});
      expect(report).toMatchObject({ status: 'refused', reason: expect.stringContaining('3.3.2746.0') });
      expect(code).toBe(3);
    });
  });

  describe('the fence', () => {
    it.each([
      ['4', 'refused'],
      ['5', 'unchanged'],
      ['6', 'unchanged'],
      // The clock in milliseconds, after small tokens of version 0.1.0.
      ['1795296005123', 'unchanged'],
    ])('after token 5, token %s is %s', async (fencingToken, status) => {
      await node.act('apply', parameters(peerOperations));
      expect((await node.act('apply', parameters(peerOperations, { fencingToken }))).report.status).toBe(status);
    });

    it.each([
      ['1795296005122', 'refused'],
      ['1795296005123', 'unchanged'],
      ['1795296005124', 'unchanged'],
      ['57', 'refused'],
      ['10000000000000', 'unchanged'],
    ])('after a token of 13 digits, token %s is %s', async (fencingToken, status) => {
      await node.act('apply', parameters(peerOperations, { fencingToken: '1795296005123' }));
      expect((await node.act('apply', parameters(peerOperations, { fencingToken }))).report.status).toBe(status);
    });

    it('that cannot be read refuses everything', async () => {
      await node.act('apply', parameters(peerOperations));
      await writeFile(join(node.root, 'var/lib/restitch/fence'), '1 || 1\n');
      expect((await node.act('apply', parameters(peerOperations))).report).toMatchObject({
        status: 'refused',
        reason: expect.stringContaining('cannot be read'),
      });
    });

    it('touches nothing for an older token', async () => {
      await node.act('apply', parameters(peerOperations));
      const before = await node.tables();
      await node.act('apply', parameters(['route del 10.42.2.0/24 dev flannel.1'], { fencingToken: '4' }));
      expect(await node.tables()).toBe(before);
    });
  });
});
