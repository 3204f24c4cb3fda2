/** The share of a property's runs that is tried. The layer `property` tries all of them, and `npm test` these. */
const share = Number(process.env['PROPERTY_SHARE'] ?? '0.3');

/** How often a property is tried where `all` runs are the whole proof. */
export function runs(all: number): number {
  return Math.ceil(all * share);
}
