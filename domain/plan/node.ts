/** One node of a plan's graph. Ids and kinds are the contract's. */
export interface GraphNode {
  id: string;
  /** ARM type, `secrets` or `check`. */
  kind: string;
  /** Kind of step, by which its duration is known. */
  step: string;
  dependsOn: string[];
  /** The component it belongs to. */
  component?: string;
  /** The language or number of that. */
  each?: string;
  /** It makes nothing, and asks whether its component is well. */
  check?: true;
}
