import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Short: Chromium makes a socket below it, and the path of a socket has 107 bytes at the most. */
const PREFIX = 'rst-';

/**
 * What tests and the libraries under test put into the temporary folder is gone after the run: the CDK leaves each app's output. It is
 * called once for each layer of a run, and they share the folder of the first.
 */
export default function ownTemporaryFolder(): (() => void) | undefined {
  if (basename(tmpdir()).startsWith(PREFIX)) return;
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
