/** What a seed does to a world: faults, commands and restarts, all drawn before it begins. */
import { createHash } from 'node:crypto';
import { ATTACKS, type Attack } from './attacks.ts';

export interface Step {
  /** Seconds after the step before. */
  after: number;
  act: 'restart' | 'call' | Attack;
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
  /** Nothing is wrong with anything and nobody asks for anything to be switched off: whatever goes off the air is a mistake. */
  calm: boolean;
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
/** What must not switch anything off by itself. */
const GENTLE = ATTACKS.filter((attack) => !['death', 'terminate'].includes(attack));
const STATUS: Record<string, number> = { InternalServerError: 500, AuthorizationFailed: 403 };
const CANARY = 'chaos-canary';
/** How every stream key of a seed begins; each language of each event has its own. */
export const canaryOf = (seed: number): string => `${CANARY}/${seed}+key="x"`;

/** The whole history of a seed, but for what the product makes of it. */
export function chaosPlan(seed: number): ChaosPlan {
  const random = numbers(seed);
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

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

  // A calm seed has attacks and restarts only.
  const calm = random() < 0.25;
  const faults = Array.from({ length: calm ? 0 : between(3, 8) }, () => {
    const [kind, operations, codes] = pick(OUTCOMES);
    const code = codes.length > 0 ? pick(codes) : undefined;
    return {
      match: { type: pick(TYPES), operation: pick(operations) },
      ...(random() < 0.7 ? { nth: between(1, 6), times: between(1, 3) } : { probability: 0.1, times: 6 }),
      outcome: {
        kind,
        seconds: between(5, 300),
        ...(code ? { code, status: STATUS[code] ?? 409 } : {}),
      },
    };
  });

  const steps = Array.from({ length: between(4, 12) }, (): Step => {
    const after = between(1, 400);
    const event = pick(events).event;
    if (random() < 0.4) return { after, act: pick(calm ? GENTLE : ATTACKS), event, form: between(0, 1000) };
    if (random() < 0.35) return { after, act: 'restart' };
    const command = (path: string, body: unknown): Step => ({
      after,
      act: 'call',
      method: 'POST',
      path: `/api/${path}`,
      body,
    });
    const harmless = command(`events/${event}/extend`, { ttl: pick(['50m', '90m']) });
    if (calm) return harmless;
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
  return { seed, events, faults, steps, calm, late: random() < 0.5, odd: random() < 0.5 };
}
