/** `/api/events/{event}/access`: who may publish and play on a stream server. */
import { z } from 'zod';
import { grantedSchema, listedSchema, tokenIdSchema, userNameSchema, userSchema, withdrawnSchema } from '../access.ts';

export const accessListSchema = listedSchema.extend({ event: z.string(), component: z.string() });
export type AccessList = z.output<typeof accessListSchema>;

export const accessGrantedSchema = z.strictObject({
  event: z.string(),
  component: z.string(),
  user: userSchema,
  token: z.strictObject({
    id: grantedSchema.options[0].shape.token,
    secret: z.string().describe('Shown this once and kept nowhere; of a publisher it is the stream key as well'),
  }),
});
export type AccessGranted = z.output<typeof accessGrantedSchema>;

export const withdrawSchema = z.strictObject({
  name: userNameSchema,
  token: tokenIdSchema.optional().describe('Only this token; the user with all of them by default'),
});
export const accessWithdrawnSchema = z.strictObject({
  event: z.string(),
  component: z.string(),
  name: z.string(),
  ended: withdrawnSchema.shape.ended.describe('Sessions that end within seconds'),
});
export type AccessWithdrawn = z.output<typeof accessWithdrawnSchema>;
