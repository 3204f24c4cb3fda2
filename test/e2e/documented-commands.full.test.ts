import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOf } from '../unit/docs/command-runs.ts';
import { documentedCommands } from '../unit/docs/documented-commands.ts';
import { runLine } from '../unit/docs/run-line.ts';
import { type ForeignServers, startForeignServers } from './foreign-servers.ts';
import { makeStateDir, type RestitchProcess, removeStateDir, startRestitch } from './restitch-process.ts';

/** Every command in a block of the pages that needs a fleet, a table or a queue: each line once. */
const onFleet = [
  ...new Map(
    documentedCommands()
      .filter((command) => command.inBlock && runOf(command).type === 'fleet')
      .map((command) => [command.line.replace(/ +#.*/, ''), command] as const),
  ),
];
const drills = onFleet.filter(([, { args }]) => args.includes('--drill'));
const started = onFleet.filter(([, { args }]) => args.join() === 'start');
const others = onFleet.filter((command) => !drills.includes(command) && !started.includes(command));

/** The alert first: it makes the incident that others show. What stops Restitch from acting last. */
function rankOf([, { args }]: (typeof onFleet)[number]): number {
  if (args.includes('--intake')) return 0;
  return args[0] === 'pause' || args[1] === 'trip' ? 2 : 1;
}

let folder = '';
let servers: ForeignServers | undefined;
let restitch: RestitchProcess | undefined;

beforeAll(async () => {
  folder = await makeStateDir();
});
afterAll(async () => {
  await restitch?.interrupt();
  await servers?.close();
  await removeStateDir(folder);
});

describe('a drill of the pages', () => {
  it.each(drills)('ends healed on the simulated fleet: %s', async (line) => {
    const empty = join(folder, 'drill');
    await mkdir(empty);
    const { code, stdout } = await runLine(line, empty, { environment: { FLEET: 'simulated' }, timeoutMs: 140_000 });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Healed: ')]);
    await removeStateDir(empty);
  });
});

/** What the pages leave to the reader, and where this process of `npm start` is. */
async function filledIn(line: string): Promise<string> {
  const [incident] = (await restitch?.incidents()) ?? [];
  return line
    .replaceAll('INCIDENT', incident?.incidentId ?? 'INCIDENT')
    .replace(/http:\/\/127\.0\.0\.1:\d+\/webhook/, restitch?.webhookUrl ?? '');
}

describe('beside a running npm start, whose fleet is somebody else’s', () => {
  beforeAll(async () => {
    servers = await startForeignServers(folder, () => restitch?.approvalUrl ?? '');
    restitch = await startRestitch(join(folder, '.restitch'), [], servers.environment);
    await writeFile(join(folder, 'token'), restitch.token);
  });

  it('is what the pages start', () => {
    expect(started.map(([line]) => line)).toEqual(['npm start']);
  });

  it.each(others.toSorted((one, other) => rankOf(one) - rankOf(other)))(
    'a command of the pages does what it says: %s',
    async (line) => {
      const environment = { ...servers?.environment, TABLE_NAME: 'restitch' };
      const result = await runLine(await filledIn(line), folder, { environment, timeoutMs: 140_000 });
      expect(result, `${result.stdout}\n${result.stderr}`).toMatchObject({ code: 0, timedOut: false });
    },
  );
});
