import { GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';

const A_QUARTER = 6;

/** Lines over time, from 0 on, a quarter of the dashboard wide. `right`: on an axis of their own. */
export function graph(
  title: string,
  left: readonly IMetric[],
  { right = [], stacked = false }: { readonly right?: readonly IMetric[]; readonly stacked?: boolean } = {},
): IWidget {
  return new GraphWidget({
    title,
    left: [...left],
    right: [...right],
    stacked,
    width: A_QUARTER,
    height: 6,
    leftYAxis: { min: 0, showUnits: false },
    rightYAxis: { min: 0, showUnits: false },
  });
}
