import { line } from '../../domain/text.ts';
import type { DeploymentError, EventStatus } from '../http/types.ts';
import { facts, table } from './table.ts';
import { moment, money, oneLine, time } from './text.ts';

const healthText = (health: unknown): string => {
  if (typeof health !== 'object' || health === null) return oneLine(health);
  const { state, reasons } = health as { state?: string; reasons?: unknown[] };
  return [state, ...(reasons ?? []).map(oneLine)].filter(Boolean).join(', ');
};

const operationText = (operation: EventStatus['lastOperation']): string | undefined => {
  if (!operation || typeof operation === 'string') return operation ?? undefined;
  const { command, outcome, reason } = operation;
  return `${command ?? ''} ${outcome ?? ''}${reason ? `: ${reason}` : ''}`.trim();
};

const bitrateText = (bits: number): string => `${(bits / 1_000_000).toFixed(1)} Mbit/s`;

/** `main 6.0 Mbit/s; backup connected 6.1 Mbit/s`, whoever is on air first. */
function onAirText(presenters: EventStatus['presenters']): string | undefined {
  if (!presenters) return undefined;
  const { onAir, wanted } = presenters;
  const others = (['main', 'backup'] as const)
    .filter((name) => name !== onAir)
    .map((name) => {
      const { connected, bitrate, problem } = presenters[name];
      return `${name} ${connected ? `connected ${bitrateText(bitrate)}` : 'away'}${problem ? ` (${oneLine(problem)})` : ''}`;
    });
  const first = onAir === null ? 'the slate' : `${onAir} ${bitrateText(presenters[onAir].bitrate)}`;
  return [first, ...others, ...(wanted === 'auto' ? [] : [`${wanted} is wanted`])].join('; ');
}

type Mixer = NonNullable<EventStatus['connection']>['mixers'][number];
/** Below this nobody hears anything, dBFS. */
const SILENT_DB = -60;
const levelText = (db: number): string => (db < SILENT_DB ? 'silent' : `${db.toFixed(0)} dB`);

/** `fr, track 2 (fra), -14 dB`: what is asked for, what is heard, and why that is another. */
function soundText({ audio, heard }: Pick<Mixer, 'audio' | 'heard'>): string | undefined {
  if (audio === undefined) return undefined;
  const { track = null, language = null, peakDb = null, warning = null } = heard ?? {};
  return [
    oneLine(audio),
    track !== null && `track ${track}${language === null ? '' : ` (${oneLine(language)})`}`,
    peakDb !== null && levelText(peakDb),
    warning !== null && oneLine(warning),
  ]
    .filter(Boolean)
    .join(', ');
}

/** Where people send to or look, by what the template calls each component. */
const addresses = (components: { title: string; urls: Record<string, string> }[] = []): [string, string][] =>
  components.flatMap(({ title, urls }) => Object.values(urls).map((url): [string, string] => [oneLine(title), url]));

/** What an operator needs to know about one event, without any secret. */
export function eventTable(status: EventStatus): string {
  const { connection, cost } = status;
  const mixers = connection?.mixers ?? [];
  return [
    facts([
      ['event', status.title && status.title !== status.event ? `${status.event} (${status.title})` : status.event],
      ['state', status.since ? `${status.state} since ${time(status.since)}` : status.state],
      ['health', healthText(status.health)],
      ['environment', status.environment],
      ['template', status.template],
      ['region', status.region],
      ['group', status.resourceGroup],
      ['deployment', status.deploymentId],
      ['created', moment(status.createdAt)],
      ['ready', moment(status.readyAt)],
      ['expires', moment(status.expiresAt)],
      ['held', status.held && `hold=${status.held} keeps it beyond its time`],
      ['left', status.left?.map(({ name, type, why }) => `${name} (${type}): ${why}`).join('; ')],
      ['on air', onAirText(status.presenters)],
      ...addresses(connection?.components),
      ['cost per hour', money(cost?.perHour, cost?.currency)],
      ['cost so far', money(cost?.soFar, cost?.currency)],
      ['last operation', operationText(status.lastOperation)],
      ['alerts', status.alerts?.map(oneLine).join('; ')],
    ]),
    ...(mixers.length > 0
      ? [
          '\n',
          table(
            ['MIXER', 'HOST', 'RDP', 'SOUND', 'HEALTH'],
            mixers.map(({ language, host, rdp, health, ...sound }) => [
              language,
              host ?? undefined,
              rdp ?? undefined,
              soundText(sound),
              healthText(health),
            ]),
          ),
        ]
      : []),
  ].join('');
}

/** A deployment's error as lines: where, Azure's code and words, what to do. */
export function failureText(error: DeploymentError | string | null | undefined): string | undefined {
  if (!error || typeof error === 'string') return error ? line(error) : undefined;
  const where = error.node ?? error.resource;
  return line(`${where ? `${where}: ` : ''}${error.code ? `${error.code}: ` : ''}${error.message ?? oneLine(error)}`);
}
