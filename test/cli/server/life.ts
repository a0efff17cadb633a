import type { DeploymentError, DeploymentStatus, NodeStatus } from '../../../cli/http/types.ts';
import { type ControlPlane, problem } from './control-plane.ts';

const START = Date.parse('2026-11-22T08:00:00Z');
const at = (second: number) => new Date(START + second * 1000).toISOString();

/** Node states step by step: `w`aiting, `r`unning, `d`one, `f`ailed, `s`topped. */
const STATE = { w: 'waiting', r: 'running', d: 'done', f: 'failed', s: 'stopped' } as const;
const NODES: [string, string][] = [
  ['resource-group', 'Microsoft.Resources/resourceGroups'],
  ['relay', 'Microsoft.ContainerInstance/containerGroups'],
  ['mixer-french', 'Microsoft.Compute/virtualMachines'],
];

export interface Step {
  state: string;
  nodes: string;
  error?: Partial<DeploymentError>;
}
export const UP: Step[] = [
  { state: 'preflight', nodes: 'www' },
  { state: 'provisioning', nodes: 'rww' },
  { state: 'provisioning', nodes: 'drr' },
  { state: 'verifying', nodes: 'ddr' },
  { state: 'live', nodes: 'ddd' },
];
export const DOWN: Step[] = [
  { state: 'tearing-down', nodes: 'ddd' },
  { state: 'gone', nodes: 'ddd' },
];

/** A deployment's whole life on a control plane: every look at its status is one step further. */
export class Life {
  readonly deploymentId: string;
  readonly event: string;
  steps: Step[];
  step = 0;
  outcome: 'pending' | 'done' | 'failed' | 'refused' = 'pending';
  /** Called before each status answer, with the step about to be told. */
  before: (step: number) => void = () => {};

  constructor(plane: ControlPlane, event = 'congress', steps: Step[] = UP) {
    this.event = event;
    this.deploymentId = `${event}-k-0123456789`;
    this.steps = steps;
    const accepted = (command: string) => ({
      status: 202,
      json: {
        operationId: `${this.deploymentId}-op-${command}`,
        event,
        deploymentId: this.deploymentId,
        statusUrl: `${plane.url}/api/operations/${this.deploymentId}-op-${command}`,
      },
    });
    plane.on('POST', '/api/deploy', () => accepted('deploy'));
    plane.on('GET', '/api/deployment/:id/status', () => {
      this.before(this.step);
      return { json: this.advance() };
    });
    plane.on('GET', '/api/status/:event', (_, [name]) =>
      name === event ? { json: this.eventStatus() } : problem(404, 'No such event', `There is no event '${name}'`),
    );
    plane.on('POST', '/api/teardown', ({ body }) => {
      const { confirm } = body as { confirm?: boolean };
      if (!confirm)
        return {
          json: {
            event,
            state: 'live',
            resourceGroup: 'streaming-congress-1',
            wouldRemove: [{ name: 'vnet', type: 'Microsoft.Network/virtualNetworks' }],
          },
        };
      this.steps = DOWN;
      this.step = 0;
      return accepted('teardown');
    });
    plane.on('GET', '/api/operations/:id', (_, [id]) => ({
      json: {
        operationId: id,
        command: 'teardown',
        event,
        outcome: this.state() === 'gone' ? 'done' : this.outcome,
        at: at(9),
      },
    }));
    plane.on('GET', '/api/events/:event/certificate', {
      json: {
        event,
        deploymentId: this.deploymentId,
        outcome: 'gone',
        verification: { at: at(61), resourcesLeft: 0, secretsLeft: 0 },
        resources: [
          { name: 'mixer-french', type: 'Microsoft.Compute/virtualMachines', createdAt: at(2), removedAt: at(60) },
        ],
      },
    });
  }
  state(): string {
    return this.steps[Math.min(this.step, this.steps.length - 1)]?.state ?? 'gone';
  }
  /** The status at the present step; the next look is one further. */
  advance(): DeploymentStatus {
    const status = this.status();
    if (this.step < this.steps.length - 1) this.step++;
    return status;
  }
  status(): DeploymentStatus {
    const step = this.steps[Math.min(this.step, this.steps.length - 1)] as Step;
    const nodes = NODES.map(([id, kind], index): NodeStatus => {
      const state = STATE[(step.nodes[index] ?? 'w') as keyof typeof STATE];
      return {
        id,
        kind,
        state,
        startedAt: state === 'waiting' ? null : at(1),
        finishedAt: state === 'done' ? at(1 + index * 4) : null,
        detail: '',
      };
    });
    return {
      deploymentId: this.deploymentId,
      event: this.event,
      operation: 'deploy',
      state: step.state,
      phase: step.state,
      progress: nodes.filter(({ state }) => state === 'done').length / nodes.length,
      nodes,
      startedAt: at(0),
      finishedAt: step.state === 'live' || step.state === 'gone' ? at(20) : null,
      ...(step.error && { error: { code: 'Unknown', class: 'unknown', message: '', consequence: '', ...step.error } }),
    };
  }
  eventStatus() {
    return {
      event: this.event,
      title: 'Congress 2026',
      environment: 'production',
      state: this.state(),
      since: at(20),
      health: { state: 'healthy', since: at(20), reasons: [] },
      template: 'multilingual',
      region: 'westeurope',
      languages: ['french'],
      resourceGroup: 'streaming-congress-1',
      deploymentId: this.deploymentId,
      createdAt: at(0),
      readyAt: at(20),
      expiresAt: at(86_400),
      connection: {
        srtUrl: 'srt://relay.example:9998',
        slidesUrl: 'srt://slides.example:9997',
        mixers: [{ language: 'french', host: '20.0.0.1', rdp: '20.0.0.1:3389', health: 'healthy' }],
        components: [
          { component: 'relay', title: 'programme', urls: { srtUrl: 'srt://relay.example:9998' } },
          { component: 'slides', title: 'slides', urls: { slidesUrl: 'srt://slides.example:9997' } },
        ],
      },
      cost: { perHour: 0.8312, soFar: 0.01, currency: 'USD' },
      lastOperation: null,
      alerts: [],
    };
  }
}
