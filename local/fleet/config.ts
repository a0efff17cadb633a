/** What a mixer reads from its `userData` at boot. */
import { type UserData, userDataSchema } from '../../contract/user-data.ts';
import { stateOf } from '../azure/compute/vm-state.ts';
import type { Resource } from '../azure/core/model.ts';

/** The VM's configuration; undefined for a machine that is no mixer, or whose userData is none. */
export function configOf(vm: Resource): UserData | undefined {
  const { userData } = stateOf(vm);
  if (!userData) return undefined;
  try {
    const parsed = userDataSchema.safeParse(JSON.parse(Buffer.from(userData, 'base64').toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
