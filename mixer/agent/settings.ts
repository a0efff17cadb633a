import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Where this machine differs from a mixer made by the control plane; all of it is optional. */
export const localSchema = z.strictObject({
  /** Instead of the machine's userData. */
  userData: z.unknown().optional(),
  /** Secret name -> value, instead of the vault. Read again whenever a secret is asked for. */
  secretsFile: z.string().optional(),
  /** Instance metadata service. */
  imdsUrl: z.url().default('http://169.254.169.254'),
  /** TCP port of the agent's own page on loopback; 0 takes a free one. */
  healthPort: z.int().min(0).max(65535).default(8080),
  obs: z
    .strictObject({
      /** The program; found by itself in the usual places. */
      program: z.string().optional(),
      /** TCP port of obs-websocket; 0 takes a free one. */
      port: z.int().min(0).max(65535).default(4455),
      /** Folder for OBS's configuration and the agent's state, instead of the account's own. */
      home: z.string().optional(),
      /** Library that is loaded into OBS, LD_PRELOAD of ld.so(8). */
      preload: z.string().optional(),
      /** 'xvfb' gives OBS a display of its own, 'desktop' uses the session's. */
      display: z.enum(['xvfb', 'desktop']).default(process.platform === 'linux' ? 'xvfb' : 'desktop'),
    })
    .prefault({}),
});
export type LocalSettings = z.infer<typeof localSchema>;

/** A JSON file as {@link checked}; what is no JSON is named with its path, and nothing of it is quoted: it may hold a key. */
export async function readChecked<S extends z.ZodType>(schema: S, file: string, what: string): Promise<z.infer<S>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`Cannot read ${what} ${file}: ${error.code ?? error.message}`);
  });
  let value: unknown;
  try {
    // Editors of Windows begin a file with a byte order mark.
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new Error(`Cannot use ${what} ${file}: it is no JSON`);
  }
  return checked(schema, value, `${what} ${file}`);
}

/** Validates, or throws one line that names every fault. */
export function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new Error(`Cannot use ${what}: ${faults.join('; ')}`);
}
