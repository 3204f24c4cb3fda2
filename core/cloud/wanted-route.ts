/** The route that every configured route table must have: the tunnel's network goes to the hub. */
export interface WantedRoute {
  readonly destination: string;
  /** EC2 instance id of the hub. */
  readonly target: string;
  /** The hub's node name. */
  readonly hub: string;
}
