import type * as z from 'zod';

/** An AWS error answer: its type is the exception's name in the SDK. */
export class SsmFailure extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** What the service answers to input that its model does not allow. */
export function toValidationFailure(error: z.ZodError): SsmFailure {
  const found = error.issues.map(
    (issue) => `Value at '${toMember(issue.path)}' failed to satisfy constraint: ${toConstraint(issue)}`,
  );
  const count = `${found.length} validation error${found.length === 1 ? '' : 's'} detected`;
  return new SsmFailure('ValidationException', `${count}: ${found.join('; ')}`);
}

function toMember(path: readonly PropertyKey[]): string {
  return path.map((part) => String(part).replace(/^[A-Z]/, (first) => first.toLowerCase())).join('.');
}

function toConstraint(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return issue.message;
  const measure = issue.origin === 'number' || issue.origin === 'int' ? 'value' : 'length';
  return issue.code === 'too_big'
    ? `Member must have ${measure} less than or equal to ${issue.maximum}`
    : `Member must have ${measure} greater than or equal to ${issue.minimum}`;
}
