/** What a mixer reads from its `userData` at boot: names and addresses, never a secret (version 1 of the control plane's contract). */
import { z } from 'zod';
import { stateOf } from '../compute/vm-state.ts';
import type { Resource } from '../core/model.ts';

const endpoint = z.object({ host: z.string().min(1), port: z.int() });
const mixerConfig = z.object({
  v: z.literal(1),
  deploymentId: z.string().min(1),
  event: z.string().optional(),
  language: z.string().min(1),
  controlPlaneUrl: z.url(),
  /** Seconds of wall clock: who writes the configuration divides by the time scale already. */
  heartbeatSeconds: z.number().positive(),
  identityClientId: z.string().optional(),
  vaultUrl: z.url(),
  secrets: z.object({
    streamKey: z.string().optional(),
    egress: z.string().optional(),
    agentToken: z.string().optional(),
  }),
  programme: endpoint.optional(),
  slides: endpoint.optional(),
});
export type MixerConfig = z.output<typeof mixerConfig>;

/** The VM's configuration; undefined for a machine that is no mixer, or whose userData is none. */
export function configOf(vm: Resource): MixerConfig | undefined {
  const { userData } = stateOf(vm);
  if (!userData) return undefined;
  try {
    const parsed = mixerConfig.safeParse(JSON.parse(Buffer.from(userData, 'base64').toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
