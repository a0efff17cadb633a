/** An event as the control plane tells it, for what is looked at without one. */
import type { DeploymentStatus } from '../../contract/api/deployment.ts';
import type { ListedEvent } from '../../contract/api/events.ts';
import type { JournalLine } from '../../contract/api/journal.ts';
import type { LiveEvent, LiveMixer, LiveRelay } from '../../contract/api/live.ts';
import type { DeploymentGraph } from '../../contract/api/plan.ts';
import type { Presenters } from '../../contract/api/source.ts';
import { COMMANDS } from '../../domain/status/encoded.ts';
import { TOLD_COMMANDS } from '../../domain/told.ts';

/** Now, as the page shows how long ago things were. */
export const START = Date.now();
export const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

export const LANGUAGES = ['original', 'french', 'spanish', 'german'];
const mixer = (language: string) => `mixer-${language}`;
const shared = { alert: false, beingRemedied: false, since: null, reason: null, health: 'healthy' as const };

const component = (name: string, each: string | null) => ({
  component: name,
  kind: each === null ? 'containers' : 'machine',
  title: name,
  each,
  host: `${name}.westeurope.example`,
  health: 'healthy' as const,
  urls: {},
});

/** A live event, as healthy as can be. */
export const liveEvent = (more: Partial<LiveEvent> = {}, languages = LANGUAGES): LiveEvent => ({
  event: 'sunday-service',
  title: 'Sunday Service',
  environment: 'production',
  state: 'live',
  since: at(-600),
  health: { state: 'healthy', since: at(-600), reasons: [] },
  template: 'multilingual',
  region: 'westeurope',
  languages,
  resourceGroup: 'streaming-sunday-service',
  deploymentId: 'sunday-service-1-1',
  startsAt: null,
  createdAt: at(-900),
  readyAt: at(-600),
  expiresAt: at(4 * 3600),
  connection: {
    srtUrl: 'srt://relay.westeurope.example:9998?mode=caller',
    slidesUrl: 'srt://slides.westeurope.example:9997?mode=caller',
    mixers: languages.map((language) => ({
      ...{ language, component: mixer(language), host: '203.0.113.7', rdp: '203.0.113.7:3389' },
      health: 'healthy' as const,
    })),
    components: [
      component('relay', null),
      component('slides', null),
      ...languages.map((one) => component(mixer(one), one)),
    ],
  },
  held: null,
  left: [],
  cost: { perHour: 1.12, soFar: 0.28, currency: 'USD' },
  lastOperation: null,
  alerts: [],
  commands: [...COMMANDS, ...TOLD_COMMANDS].map((command) =>
    ['deploy', 'resume', 'relocate'].includes(command)
      ? { command, answer: 'conflict' as const, reason: 'the event is live' }
      : { command, answer: 'accept' as const },
  ),
  components: [
    { component: 'relay', language: null, ...shared },
    { component: 'slides', language: null, ...shared },
    ...languages.map((language) => ({ component: mixer(language), language, ...shared })),
  ],
  ...more,
});

export const liveMixer = (language: string, more: Partial<LiveMixer> = {}): LiveMixer => ({
  language,
  at: new Date().toISOString(),
  streaming: true,
  scene: 'programme+slides',
  reconnects: 0,
  droppedFrames: 3,
  sources: { programme: 'alive', slides: 'alive' },
  problems: [],
  warnings: [],
  desired: { streaming: true },
  ...more,
});

export const RELAYS: LiveRelay[] = ['relay', 'slides'].map((one) => ({
  component: one,
  healthy: true,
  health: { input: { connected: true, bitrate: 6_120_000 }, callers: 4 },
}));

export const PRESENTERS: Presenters = {
  component: 'relay',
  onAir: 'main',
  wanted: 'auto',
  main: { connected: true, bitrate: 6_120_000, problem: null },
  backup: { connected: true, bitrate: 5_880_000, problem: null },
};

const NODES = ['resource-group', 'relay', 'slides', 'vnet', ...LANGUAGES.map(mixer)];
export const GRAPH: DeploymentGraph = {
  deploymentId: 'sunday-service-1-1',
  nodes: NODES.map((id) => ({
    id,
    kind: id.startsWith('mixer') ? 'Microsoft.Compute/virtualMachines' : 'Microsoft.Resources/resourceGroups',
    expectedSeconds: id.startsWith('mixer') ? 180 : 20,
    dependsOn: id === 'resource-group' ? [] : id.startsWith('mixer') ? ['vnet'] : ['resource-group'],
  })),
  criticalPath: ['resource-group', 'vnet', 'mixer-french'],
};
export const DEPLOYMENT: DeploymentStatus = {
  deploymentId: 'sunday-service-1-1',
  event: 'sunday-service',
  operation: 'deploy',
  state: 'live',
  phase: 'live',
  progress: 1,
  startedAt: at(-900),
  finishedAt: null,
  nodes: NODES.map((id, nth) => ({
    ...{ id, kind: 'x', state: 'done' as const, detail: '' },
    startedAt: at(-900 + nth * 20),
    finishedAt: at(-850 + nth * 25),
  })),
};
export const JOURNAL: JournalLine[] = [
  { at: at(-900), code: 'state', text: 'provisioning: preflight passed' },
  { at: at(-600), code: 'state', text: 'live: every check passed' },
  { at: at(-300), code: 'command', text: 'streaming on french by alex@example.org' },
];

export const listed = (event: LiveEvent = liveEvent()): ListedEvent => ({
  event: event.event,
  title: event.title,
  environment: event.environment,
  state: event.state,
  since: event.since,
  health: event.health.state,
  region: event.region,
  languages: event.languages,
  resourceGroup: event.resourceGroup,
  deploymentId: event.deploymentId,
  createdAt: event.createdAt,
  readyAt: event.readyAt,
  expiresAt: event.expiresAt,
  perHour: event.cost.perHour,
  soFar: event.cost.soFar,
  currency: 'USD',
});
