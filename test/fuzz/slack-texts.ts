/** Every mrkdwn of a message or a block: values of `text`, wherever they stand, but in a `plain_text`, where Slack reads none. */
export function slackTexts(message: unknown): readonly string[] {
  if (typeof message !== 'object' || message === null) return [];
  if ('type' in message && message.type === 'plain_text') return [];
  return Object.entries(message).flatMap(([key, value]: [string, unknown]) =>
    key === 'text' && typeof value === 'string' ? [value] : slackTexts(value),
  );
}
