import * as z from 'zod';
import { ApprovalRulesSetting } from '../approval-rules-setting.ts';
import { FleetLabelsEnvironment } from '../capacity-environment.ts';
import { CommaList } from '../comma-list.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';
import { stackNameSetting } from '../stack-name-setting.ts';

/** What a team may set about what is shown; others read it too. */
export const SettingsEnvironment = FleetLabelsEnvironment.extend({ APPROVAL_RULES: ApprovalRulesSetting });

const Environment = SettingsEnvironment.extend({
  TABLE_NAME: z.string().min(1),
  STACK_NAME: stackNameSetting,
  /** Shown as those who may answer a question; nobody answers here. */
  APPROVERS: CommaList.default([]),
});

export type ConsoleConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): ConsoleConfig {
  return parseEnvironment(Environment, environment);
}
