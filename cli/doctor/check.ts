/** What was looked at. `not-checked`: nobody knows; it is never counted as ok. */
export interface Check {
  readonly area: string;
  readonly subject: string;
  readonly status: 'ok' | 'failed' | 'not-checked';
  readonly detail: string;
  /** How to mend what failed, or how to have it checked. Absent: the detail says it. */
  readonly mend?: string;
}

/** What one look found, without what it was about. */
export type Finding = Omit<Check, 'area' | 'subject'>;

export const ok = (detail: string): Finding => ({ status: 'ok', detail });
export const failed = (detail: string, mend?: string): Finding => ({ status: 'failed', detail, ...given(mend) });
export const notChecked = (detail: string, mend?: string): Finding => ({
  status: 'not-checked',
  detail,
  ...given(mend),
});

function given(mend: string | undefined): Pick<Finding, 'mend'> {
  return mend === undefined ? {} : { mend };
}

/** The names under which AWS says that the caller may not ask. What is asked about may be in order. */
const refusals = ['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'AccessDeniedFault'];
/** The names under which a server says that it does not have this call: stand-ins have few. */
const unknownCalls = ['UnknownOperationException', 'UnknownOperation', 'InvalidAction', 'NotImplemented'];

/** One look. What it throws is not checked where the caller is refused or the server does not know the question, and failed otherwise. */
export async function look(area: string, subject: string, mend: string, body: () => Promise<Finding>): Promise<Check> {
  try {
    return { area, subject, ...(await body()) };
  } catch (error) {
    return { area, subject, ...whyNot(error, mend) };
  }
}

function whyNot(error: unknown, mend: string): Finding {
  const name = nameOf(error);
  const message = error instanceof Error && error.message !== '' ? error.message : name;
  if (refusals.includes(name)) return notChecked(`your own credentials may not ask: ${message}`);
  if (unknownCalls.includes(name)) return notChecked('this server does not answer such a question');
  return failed(message, mend);
}

/** Of the error, or of what it was translated from. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const names = [error.name, error.cause instanceof Error ? error.cause.name : ''];
  return names.find((name) => refusals.includes(name) || unknownCalls.includes(name)) ?? error.name;
}
