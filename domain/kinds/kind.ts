/** What a kind of component is: everything that the plan, the ledger and the doors need to know of it. */
import type { z } from 'zod';
import type { Layout, Member } from '../plan/layout.ts';
import type { GraphNode } from '../plan/node.ts';
import type { Scope, Value } from '../references.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { DiscardSpec, Needs, NodeSpec, PowerSpec, SecretPlace } from '../seam/node-spec.ts';
import type { ComponentRule, Template } from '../template/schema.ts';

/** One component of one event, with all that its kind may ask. */
export interface Part<Rule extends ComponentRule = ComponentRule> {
  input: LifecycleInput;
  layout: Layout;
  member: Member;
  /** Its id: `relay`, `mixer-french`. */
  id: string;
  rule: Rule;
  /** What references in its rule stand for. */
  scope: Scope;
}

/** A resource that a node makes, for the ledger. */
export interface Made {
  /** ARM type. */
  type: string;
  name: string;
  /** Dollars per hour. */
  perHour: number;
  /** It costs from the request on, as a machine alone does not. */
  fromRequest: boolean;
  /** May have become ready by itself after its node was stopped: the step whose usual time that takes. */
  readyAfter?: string;
}

export interface TemplateProblem {
  /** Below the component. */
  path: string;
  message: string;
}

export interface Kind<Rule extends ComponentRule = ComponentRule> {
  name: string;
  /** A component of this kind in a template. */
  schema: z.ZodType<Rule>;
  /** What the schema cannot see: the component beside the rest of its template. */
  problems(rule: Rule, template: Template): TemplateProblem[];
  /** Kinds of steps that it takes, whose durations a template must give. */
  steps: readonly string[];
  /** Whether a component has a VM size, and an address of its own. */
  sized: boolean;
  /** Whether it comes with an agent that sends heartbeats every so many seconds. */
  heartbeat(rule: Rule): number | undefined;
  /** Whether it is well at first only when its destination has accepted what it sends; never unless told. */
  delivers?(rule: Rule): boolean;
  /** Its nodes in the order in which they are made; the one called after the component makes what others refer to. */
  nodes(member: Member, rule: Rule): GraphNode[];
  /** What one of its nodes makes or checks. */
  spec(part: Part<Rule>, node: string): NodeSpec | undefined;
  power(part: Part<Rule>, action: PowerSpec['action']): PowerSpec;
  /** Without secrets and agent: those are not the kind's. */
  discard(part: Part<Rule>): Pick<DiscardSpec, 'names' | 'variant'>;
  /** Whether the names are those of one component of the event: a name alone could be anybody's. */
  isOne(spec: Pick<DiscardSpec, 'names' | 'variant' | 'component'>, event: string): boolean;
  /** What a node of it makes; undefined for nodes of other kinds. */
  made(spec: NodeSpec, at: { spot: boolean; region: string }): Made[] | undefined;
  /** Dollars per hour while it runs, and while it is paused. */
  hour(part: Part<Rule>): { running: number; paused: number };
  needs(part: Part<Rule>): { machines?: number; stem?: string; identity?: boolean; group?: Needs['groups'][number] };
  /** Names of the resources it consists of now. */
  resources(part: Part<Rule>): string[];
  /** What others may refer to: `host`, `ports.NAME`; undefined for what it has not. */
  value(part: Omit<Part<Rule>, 'scope'>, reference: string): Value | undefined;
  /** Where it answers for its health, when it does by HTTP. */
  health(part: Part<Rule>): { host: string; port: number; path: string } | undefined;
  /** Where the secret lies that its program gets in an environment variable; undefined for what it does not get. */
  given?(part: Part<Rule>, variable: string): { vault: 'control' | 'mixers'; secret: string } | undefined;
  /** Where it takes what it is told with a proof (contract/relay-control.ts), and the secret of the proof. */
  control?(part: Part<Rule>): { host: string; port: number; secret: SecretPlace } | undefined;
  /** Where users of a stream server are made and withdrawn (contract/access.ts), and the secret that is shared with it. */
  access?(part: Part<Rule>): { host: string; port: number; secret: SecretPlace } | undefined;
  /** What it tells people beside its connections: `null` members are not known yet. */
  entrance?(
    part: Part<Rule>,
    address: string | undefined,
  ): { host: string | null; rdp: string | null; user: string; password: string };
}
