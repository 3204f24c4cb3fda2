import { SettingsEnvironment as IntakeSettings } from './intake/config.ts';
import { SettingsEnvironment as RunbookSettings } from './runbook/config.ts';
import { SettingsEnvironment as SweepSettings } from './sweep/config.ts';

/** Everything that a team may set, under the same names for `npm start` and in the stack. Each function reads its part. */
export const SettingsEnvironment = RunbookSettings.extend(IntakeSettings.shape).extend(SweepSettings.shape);
