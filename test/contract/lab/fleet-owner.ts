import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A process that owns a fleet, says so, and waits to be killed. */
export async function startOwner(folder: string, graceSeconds: number) {
  const lab = join(import.meta.dirname, '..', '..', '..', 'lab', 'namespaces', 'create-namespace-fleet.ts');
  const script = `
    const { createNamespaceFleet } = await import(${JSON.stringify(lab)});
    await createNamespaceFleet({ stateDir: ${JSON.stringify(folder)}, orphanGraceSeconds: ${graceSeconds} });
    console.log('up');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => {
    child.stdout.once('data', resolve);
  });
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  });
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
