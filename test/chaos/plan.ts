/** What a seed does to a world: faults, commands and restarts, all drawn before it begins. */
import { createHash } from 'node:crypto';
import { ATTACKS, type Attack } from './attacks.ts';

/**
 * What befalls the control plane itself: it is started anew, killed and started, away for a while, or its disk takes nothing for a
 * while.
 */
const ACCIDENTS = ['restart', 'kill', 'away', 'full'] as const;
type Accident = (typeof ACCIDENTS)[number];

export interface Step {
  /** Seconds after the step before. */
  after: number;
  act: 'call' | Accident | Attack;
  /** Of `away` and `full`: how long. */
  seconds?: number;
  method?: 'GET' | 'POST';
  path?: string;
  body?: unknown;
  /** Of an attack: the event it is aimed at, and a number that picks its form. */
  event?: string;
  form?: number;
}

export interface ChaosPlan {
  seed: number;
  events: { event: string; request: Record<string, unknown> }[];
  faults: unknown[];
  steps: Step[];
  /**
   * `calm`: nothing is wrong with anything and nobody asks for anything to be switched off; whatever goes off the air is a mistake.
   * `senders`: nothing is wrong but with what sends to the mixers; whoever restarts a mixer for it makes a mistake.
   */
  mood: 'calm' | 'senders' | 'wild';
  /** What a killed host had taken comes back late, as on Azure. */
  late: boolean;
  /** Heartbeats say odd things. */
  odd: boolean;
}

/** Numbers of [0, 1) from a seed; the same for ever. */
function numbers(seed: number): () => number {
  let counter = 0;
  return () => {
    const hash = createHash('sha256').update(`chaos:${seed}:${counter++}`).digest();
    return hash.readUInt32BE(0) / 2 ** 32;
  };
}

const TYPES = [
  'Microsoft.Resources/resourceGroups',
  'Microsoft.Network/*',
  'Microsoft.Network/networkInterfaces',
  'Microsoft.Network/publicIPAddresses',
  'Microsoft.Compute/virtualMachines',
  'Microsoft.ContainerInstance/containerGroups',
  '*',
];
/** Outcomes with the operations they make sense for, as the simulator knows them. */
const OUTCOMES: [kind: string, operations: string[], codes: string[]][] = [
  [
    'error',
    ['create', 'delete', 'read', 'list', 'action', 'any'],
    ['InternalServerError', 'Conflict', 'AllocationFailed', 'QuotaExceeded', 'AuthorizationFailed'],
  ],
  [
    'operation-fails',
    ['create', 'delete', 'action'],
    ['AllocationFailed', 'InternalServerError', 'OSProvisioningTimedOut'],
  ],
  // Not deletions: what Azure never lets go of stays, whoever asks; it is tried again for ever and named in the status.
  ['stuck', ['create', 'action'], []],
  ['drop-response', ['create', 'delete', 'action', 'any'], []],
  ['reset', ['any'], []],
  ['throttle', ['any', 'create', 'read'], []],
  ['slow', ['create', 'delete', 'read', 'any'], []],
  ['unhealthy', ['any'], []],
  ['silent', ['any'], []],
  ['crash-loop', ['any'], []],
  ['evict', ['any'], []],
  ['change-ip', ['any'], []],
];
/** What befalls a container group, which sends to the mixers. */
const OF_SENDERS = ['unhealthy', 'silent', 'crash-loop', 'evict', 'change-ip'];
/** What must not switch anything off by itself. */
const GENTLE = ATTACKS.filter((attack) => !['death', 'terminate', 'retag'].includes(attack));
const STATUS: Record<string, number> = { InternalServerError: 500, AuthorizationFailed: 403 };
const CANARY = 'chaos-canary';
/** How every stream key of a seed begins; each language of each event has its own. */
export const canaryOf = (seed: number): string => `${CANARY}/${seed}+key="x"`;

/** The whole history of a seed, but for what the product makes of it. */
export function chaosPlan(seed: number): ChaosPlan {
  const random = numbers(seed);
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const when = () => (random() < 0.7 ? { nth: between(1, 6), times: between(1, 3) } : { probability: 0.1, times: 6 });
  const wild = () => {
    const [kind, operations, codes] = pick(OUTCOMES);
    const code = codes.length > 0 ? pick(codes) : undefined;
    return {
      match: { type: pick(TYPES), operation: pick(operations) },
      ...when(),
      outcome: { kind, seconds: between(5, 300), ...(code ? { code, status: STATUS[code] ?? 409 } : {}) },
    };
  };
  const ofSenders = () => ({
    match: { type: 'Microsoft.ContainerInstance/containerGroups', operation: 'any' },
    ...when(),
    outcome: { kind: pick(OF_SENDERS), seconds: between(5, 1800) },
  });

  const events = Array.from({ length: between(1, 2) }, (_, index) => {
    const languages = pick([['original'], ['original', 'french']]);
    const event = `chaos-${index}`;
    const keys = Object.fromEntries(languages.map((language) => [language, `${canaryOf(seed)}${event}${language}`]));
    return {
      event,
      request: {
        languages,
        ttl: pick(['20m', '40m', '1h']),
        ...(random() < 0.7 ? { youtubeKeys: keys } : {}),
        ...(random() < 0.3 ? { keepOnFailure: true } : {}),
        ...(random() < 0.3 ? { region: 'westeurope', regions: ['westeurope', 'northeurope'] } : {}),
      },
    };
  });

  const mood = pick(['calm', 'calm', 'senders', 'wild', 'wild', 'wild', 'wild', 'wild'] as const);
  const faults =
    mood === 'calm' ? [] : Array.from({ length: between(3, 8) }, () => (mood === 'wild' ? wild() : ofSenders()));

  const steps = Array.from({ length: between(4, 12) }, (): Step => {
    const after = between(1, 400);
    const event = pick(events).event;
    const isWild = mood === 'wild';
    if (random() < 0.4) return { after, act: pick(isWild ? ATTACKS : GENTLE), event, form: between(0, 1000) };
    if (random() < 0.4) return { after, act: pick(ACCIDENTS), seconds: pick([5, 60, 300, 1200]) + between(0, 60) };
    const command = (path: string, body: unknown): Step => ({
      after,
      act: 'call',
      method: 'POST',
      path: `/api/${path}`,
      body,
    });
    const harmless = command(`events/${event}/extend`, { ttl: pick(['50m', '90m']) });
    if (!isWild) return harmless;
    return pick([
      harmless,
      command(`events/${event}/pause`, {}),
      command(`events/${event}/resume`, {}),
      command(`events/${event}/languages`, { add: [pick(['german', 'italian'])] }),
      command(`events/${event}/languages`, { remove: ['original'] }),
      command(`events/${event}/remediate`, { component: pick(['relay', 'mixer-original']) }),
      command('deploy', { event, languages: ['original'], ttl: '20m' }),
      command('teardown', { event, confirm: true }),
    ]);
  });
  return { seed, events, faults, steps, mood, late: random() < 0.5, odd: random() < 0.5 };
}
