/** What a mixer reads from its `userData` at boot. */
import { type UserData, userDataSchema } from '../../contract/user-data.ts';
import { stateOf } from '../azure/compute/vm-state.ts';
import type { Resource } from '../azure/core/model.ts';

/** Read at every heartbeat of a machine, and the same for as long as it lives: by its text, those read last. */
const known = new Map<string, UserData | undefined>();
const MOST = 256;

/** The VM's configuration; undefined for a machine that is no mixer, or whose userData is none. */
export function configOf(vm: Resource): UserData | undefined {
  const { userData } = stateOf(vm);
  if (!userData) return undefined;
  if (!known.has(userData)) {
    if (known.size >= MOST) known.clear();
    known.set(userData, read(userData));
  }
  return known.get(userData);
}

function read(userData: string): UserData | undefined {
  try {
    const parsed = userDataSchema.safeParse(JSON.parse(Buffer.from(userData, 'base64').toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
