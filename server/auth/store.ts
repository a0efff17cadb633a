/** Where users are kept, outside of the container that asks. */
import { z } from 'zod';
import { ACCESS_ROLES } from '../../contract/access-roles.ts';

export const keptUserSchema = z.object({
  name: z.string(),
  role: z.enum(ACCESS_ROLES),
  paths: z.array(z.string()),
  /** Its hash. */
  password: z.string().optional(),
  tokens: z.array(z.object({ id: z.string(), hash: z.string(), at: z.string() })),
});
export type KeptUser = z.output<typeof keptUserSchema>;

/** One program writes to it at a time. What has been put is there after any crash. */
export interface UserStore {
  all(): Promise<KeptUser[]>;
  put(user: KeptUser): Promise<void>;
  remove(name: string): Promise<void>;
}
