/** The authorisation service of a simulated stream server (contract/access.ts): it keeps users, and nobody sends or plays. */
import { createHash } from 'node:crypto';
import { type AccessUser, questionSchema } from '../../contract/access.ts';
import { seal, sealedSchema, unseal } from '../../contract/sealed.ts';
import type { SimRequest, SimResponse } from '../azure/core/http.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { Sim } from '../azure/core/sim.ts';
import { latest, SecretStore } from '../azure/key-vault/secret-store.ts';
import { putPartition } from '../azure/storage/tables.ts';
import { environmentOf } from './told.ts';

type Needs = 'time' | 'store' | 'resources';
const REFUSED: SimResponse = { status: 401, body: { status: 401 } };
const usersOf = (group: Resource): AccessUser[] => (group.hidden.users ?? []) as unknown as AccessUser[];

/** Its secret is stored nowhere in the group, so it is read where the control plane read it. */
function secretOf(sim: Sim<'store'>, group: Resource): string | undefined {
  const found = new SecretStore(sim).get('control', `${group.tags?.deployment}-access`);
  return found && !found.deleted ? latest(found).value : undefined;
}

export function answerSealed(sim: Sim<Needs>, group: Resource, { method, body = '' }: SimRequest): SimResponse {
  const secret = environmentOf(group).ROLE === 'access' ? secretOf(sim, group) : undefined;
  if (method !== 'POST') return { status: 405, body: { status: 405 } };
  if (secret === undefined) return { status: 404, body: { status: 404 } };
  return { status: 200, later: answered(sim, group, secret, body) };
}

async function answered(sim: Sim<Needs>, group: Resource, secret: string, body: string): Promise<SimResponse> {
  const outer = sealedSchema.safeParse(parsed(body));
  const inner = outer.success ? await unseal(secret, outer.data, sim.time.now()) : undefined;
  const question = questionSchema.safeParse(inner);
  if (!outer.success || !question.success) return REFUSED;
  const answer = tell(sim, group, question.data);
  return { status: 200, body: { ...(await seal(secret, answer, sim.time.now(), outer.data)) } };
}

function tell(sim: Sim<Needs>, group: Resource, question: ReturnType<typeof questionSchema.parse>): unknown {
  const users = usersOf(group);
  const keep = (next: AccessUser[]) => {
    group.hidden.users = next as unknown as JsonObject[];
    sim.resources.save(group);
    // As the real one keeps them, where the installation has a table.
    const { ACCESS_TABLE_URL, DEPLOYMENT = '' } = environmentOf(group);
    const names = next.map(({ name }) => name);
    if (ACCESS_TABLE_URL) putPartition(sim, ACCESS_TABLE_URL, DEPLOYMENT, names);
  };
  if (question.do === 'list') return { users, sessions: [] };
  if (question.do === 'grant') {
    const { name, role, paths, password } = question.grant;
    const before = users.find((user) => user.name === name);
    const id = createHash('sha256').update(question.token).digest('hex').slice(0, 12);
    const tokens = [...(before?.tokens ?? []), { id, at: new Date(sim.time.now()).toISOString() }];
    const user = { name, role, paths, password: password !== undefined || (before?.password ?? false), tokens };
    keep([...users.filter((one) => one !== before), user].sort((a, b) => (a.name < b.name ? -1 : 1)));
    return { user, token: id };
  }
  if (question.do !== 'withdraw') return { allow: false, reason: 'unknown' };
  const { name, token } = question;
  const user = users.find((one) => one.name === name);
  const tokens = user?.tokens.filter(({ id }) => token !== undefined && id !== token) ?? [];
  const withdrawn = user !== undefined && (token === undefined || tokens.length < user.tokens.length);
  if (withdrawn) keep(users.flatMap((one) => (one !== user ? [one] : token === undefined ? [] : [{ ...one, tokens }])));
  return { withdrawn, ended: 0 };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
