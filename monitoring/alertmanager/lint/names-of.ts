/** `OverlayEntriesBroken, PodRouteMissing and 3 more`. */
export function namesOf(names: readonly string[], most = 3): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
