/** What every route table before the fleet's cloud hosts must say: the tunnel's network is behind the hub. */
export interface WantedRoute {
  readonly destination: string;
  /** EC2 instance id of the hub. */
  readonly target: string;
  /** The hub's node name. */
  readonly hub: string;
}
