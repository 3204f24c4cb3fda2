import type { CliIo } from './cli-io.ts';
import type { Check } from './doctor/check.ts';
import { checkLines } from './doctor/check-lines.ts';
import { examine } from './doctor/examine.ts';
import { foldNodes } from './doctor/node-checks.ts';
import { type PlaceOptions, placeFrom } from './doctor/place.ts';
import { readNamedFile } from './read-named-file.ts';
import { rightConfiguration } from './start-environment.ts';

interface DoctorOptions extends PlaceOptions {
  /** The file of Alertmanager's configuration, or the address of one that runs. */
  readonly alertmanager?: string | undefined;
  /** The restitch.config.yaml that is deployed. */
  readonly config?: string | undefined;
  readonly json: boolean;
}

/** `restitch doctor`. Exit code 1: something failed. */
export async function doctor(options: DoctorOptions, io: CliIo): Promise<number> {
  const place = await placeFrom(options, io);
  const { alertmanager, config } = options;
  // A wrong name is a wrong command line; an Alertmanager that does not answer is a finding.
  if (alertmanager !== undefined && !/^https?:/.test(alertmanager)) await readNamedFile(alertmanager);
  const file = config === undefined ? undefined : { file: config, configuration: await rightConfiguration(config) };
  const checks = await examine(place, { alertmanager, file });
  if (options.json) io.out(JSON.stringify({ ...countsOf(checks), checks }));
  else for (const line of checkLines(foldNodes(checks))) io.out(line);
  return checks.some(({ status }) => status === 'failed') ? 1 : 0;
}

function countsOf(checks: readonly Check[]) {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  return { ok: count('ok'), failed: count('failed'), notChecked: count('not-checked') };
}
