/** What the control plane tells a mixer at its birth, as the machine's `userData`: names and addresses, never a secret. */
import { z } from 'zod';
import { intervalSchema } from './heartbeat.ts';
import { layoutSchema } from './layout.ts';

const address = z.object({ host: z.string().min(1), port: z.int().min(1).max(65535) });

/** Unknown fields are of later versions. */
export const userDataSchema = z.object({
  v: z.literal(1, 'must be 1; this agent is older than the control plane, use a newer mixer image'),
  deploymentId: z.string().min(1),
  event: z.string().min(1),
  language: z.string().min(1),
  /** Where the language alone does not say which component this is. */
  component: z.string().optional(),
  title: z.string().optional(),
  controlPlaneUrl: z.url({ protocol: /^https?$/ }),
  /** Application ID URI that tokens for the control plane are asked for; its own address unless told. */
  controlPlaneAudience: z.string().min(1).optional(),
  /** Seconds of wall clock: who writes it divides by the time scale already. */
  heartbeatSeconds: intervalSchema.catch(10),
  identityClientId: z.string().optional(),
  vaultUrl: z.url(),
  /** Names of secrets in that vault. `agentToken` exists where no managed identity does (local use). */
  secrets: z.object({ streamKey: z.string(), egress: z.string(), agentToken: z.string().optional() }),
  programme: address,
  /** The programme's sound for this language: an ISO 639 code or a track's number (stream-id.ts); the floor's when left out. */
  audio: z.string().min(1).optional(),
  slides: address,
  layout: layoutSchema.prefault({}),
});
export type UserData = z.output<typeof userDataSchema>;
/** The same before defaults: what who makes a mixer writes. */
export type UserDataInput = z.input<typeof userDataSchema>;
