/** What a simulated relay says of its programme and presenters, and what it is told of them. */
import { createHmac } from 'node:crypto';
import { HOLDS_MS, PURPOSE, proofIn, sourceSchema, wordsOf } from '../../contract/relay-control.ts';
import type { RelayHealth } from '../../contract/relay-health.ts';
import { languageCode, type Wish, wishOf } from '../../contract/stream-id.ts';
import type { SimRequest, SimResponse } from '../azure/core/http.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { Sim } from '../azure/core/sim.ts';
import { latest, SecretStore } from '../azure/key-vault/secret-store.ts';
import { isPresenterAway } from './faults.ts';
import { environmentOf } from './told.ts';

/** Sound tracks of the simulated encoder. */
const LANGUAGES = ['eng', 'fra', 'spa', 'deu'];
const SOUND_BITRATE = 128_000;
const DEFAULT = 'auto';

type Presenters = RelayHealth['presenters'];

interface Told extends JsonObject {
  /** The start it was told in: a program that starts anew has forgotten it. */
  run: string;
  active: Presenters['wanted'];
  /** Proof of the change; each holds once. */
  at: number;
  takeovers: number;
}
function toldOf(group: Resource, run: string): Told | undefined {
  const told = group.hidden.source as Told | undefined;
  return told?.run === run ? told : undefined;
}

/** How a simulated relay is now. */
export interface Now {
  /** Which of its starts this is. */
  run: string;
  connected: boolean;
  bitrate: number;
}

/** Two encoders send, as people would have them running already. */
export function presentersOf(sim: Sim<'time'>, group: Resource, { run, connected, bitrate }: Now): Presenters {
  const { active = DEFAULT, takeovers = 0 } = toldOf(group, run) ?? {};
  const sends = { connected, bitrate, latencyMs: connected ? 200 : null, problem: null };
  const away = isPresenterAway(sim, group);
  return {
    onAir: connected ? (active === 'backup' || away ? 'backup' : 'main') : null,
    wanted: active,
    takeovers,
    main: away ? { connected: false, bitrate: 0, latencyMs: null, problem: null } : sends,
    backup: sends,
  };
}

export const tracksOf = (connected: boolean): RelayHealth['tracks'] =>
  (connected ? LANGUAGES : []).map((language, index) => ({
    track: index + 1,
    language,
    codec: 'aac',
    bitrate: SOUND_BITRATE,
    peakDb: null,
    loudnessLufs: null,
  }));

const trackOf = (wish: Exclude<Wish, undefined>, tracks: RelayHealth['tracks']): number | null =>
  tracks.find(({ track, language }) =>
    typeof wish === 'number' ? track === wish : language !== null && languageCode(language) === wish,
  )?.track ?? null;

/** Sounds that callers ask for, and what they get. */
export function wishesOf(
  callers: readonly { audio: string | undefined }[],
  tracks: RelayHealth['tracks'],
): RelayHealth['wishes'] {
  const counted = new Map<Exclude<Wish, undefined>, number>();
  for (const { audio } of callers) {
    const wish = wishOf(audio ?? '');
    if (wish !== undefined) counted.set(wish, (counted.get(wish) ?? 0) + 1);
  }
  return [...counted].map(([wish, count]) => ({ wish: `${wish}`, callers: count, track: trackOf(wish, tracks) }));
}

/** Its ingest passphrase is stored nowhere in the group, so it is read where the control plane read it. */
function passphraseOf(sim: Sim<'store'>, group: Resource): string | undefined {
  const name = environmentOf(group).ROLE === 'slides' ? 'slides' : 'programme';
  const found = new SecretStore(sim).get('control', `${group.tags?.deployment}-${name}`);
  return found && !found.deleted ? latest(found).value : undefined;
}

/** When a request was proved, as the real relay judges it (contract/relay-control.ts), by Node's own HMAC. */
export function provedAt(sim: Sim<'time' | 'store'>, group: Resource, request: SimRequest): number | undefined {
  const proof = proofIn(request.headers.authorization);
  const passphrase = passphraseOf(sim, group);
  if (!proof || passphrase === undefined || Math.abs(sim.time.now() - proof.at) > HOLDS_MS) return undefined;
  const key = createHmac('sha256', createHmac('sha256', passphrase).update(PURPOSE).digest());
  const { method, url, body = '' } = request;
  const mac = key.update(wordsOf({ method, path: `${url.pathname}${url.search}`, body }, proof.at)).digest('hex');
  return mac === proof.hex ? proof.at : undefined;
}

/** `POST /source` of a relay that runs. */
export function switchSource(
  sim: Sim<'time' | 'store' | 'resources'>,
  group: Resource,
  request: SimRequest,
  now: Now,
): SimResponse {
  if (request.method !== 'POST') return { status: 405, body: { status: 405 } };
  const at = provedAt(sim, group, request);
  const before = toldOf(group, now.run);
  if (at === undefined || at <= (before?.at ?? 0)) return { status: 401, body: { status: 401 } };
  const wanted = sourceSchema.safeParse(read(request.body));
  if (!wanted.success) return { status: 400, body: { status: 400 } };
  const { active } = wanted.data;
  const { onAir } = presentersOf(sim, group, now);
  const next: Told = { run: now.run, active, at, takeovers: before?.takeovers ?? 0 };
  group.hidden.source = next;
  if (presentersOf(sim, group, now).onAir !== onAir) next.takeovers++;
  sim.resources.save(group);
  return { status: 200, body: { wanted: active, onAir } };
}

function read(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}
