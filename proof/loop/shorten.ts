const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PART = /(\d+)(ms|[smhd])/g;
/** A range (`[5m]`) or an offset (`offset 2m`) of PromQL. Numbers that are compared with ages stay: kernels are no faster here. */
const IN_EXPRESSION = /(?<=\[|\boffset )(?:\d+(?:ms|[smhd]))+/g;

/** A duration as Prometheus writes it (`1h30m`), divided by `factor`, in milliseconds. Throws for anything else. */
export function shorten(duration: string, factor: number): string {
  const parts = [...duration.matchAll(PART)];
  if (duration === '' || parts.map(([part]) => part).join('') !== duration)
    throw new RangeError(`${duration} is no duration`);
  const milliseconds = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0);
  return `${Math.round(milliseconds / factor)}ms`;
}

/** Every range and offset of a PromQL expression, divided by `factor`. */
export function shortenExpression(expression: string, factor: number): string {
  return expression.replace(IN_EXPRESSION, (duration) => shorten(duration, factor));
}
