import * as z from 'zod';
import { hasChosenName } from '../core/safety/approver.ts';
import { error } from './value.ts';

const kind = {
  error: error(
    'the id of a Slack user, such as U0123ABCD, or of a user group, such as S0123ABCD, the ARN of an AWS user or role, os: and a user, or webhook: and a person',
  ),
};

/** Who may answer a question. */
const ApproverId = z
  .string(kind)
  .regex(
    /^([SUW][A-Z0-9]{2,}|arn:[\w-]+:(iam|sts)::\d{12}:\S+|os:\S+|webhook:[A-Za-z0-9][A-Za-z0-9._@+-]{0,99})$/,
    kind,
  )
  .refine((id) => !hasChosenName(id), {
    error: error('the ARN of the role (arn:aws:iam::…:role/NAME): whoever takes it chooses the name of the session'),
  });

export const ApproverIds = z.array(ApproverId, kind);
