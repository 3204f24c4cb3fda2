import * as z from 'zod';
import { ApprovalRule } from '../core/safety/approval-rules.ts';

/** `APPROVAL_RULES`: a JSON list; the first rule that fits a question counts. Unset: the runbooks and the list of approvers alone. */
export const ApprovalRulesSetting = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text.trim() === '' ? '[]' : text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(ApprovalRule))
  .prefault('[]');
