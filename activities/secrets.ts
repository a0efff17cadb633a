/** Passphrases, Windows passwords and (locally) the agents' token: made once per deployment, set-if-absent. */
import { type SecretOptions, Vault } from '../azure/vault.ts';
import { secretName } from '../domain/names.ts';
import type { StagedKeys } from '../domain/seam/node-spec.ts';
import { inTurns } from '../durable/in-turns.ts';
import { ports } from '../ports/index.ts';
import { type NodeHandler, noPoll } from './handler.ts';

const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** `length` characters without look-alikes; about 5.8 bits each. */
export function passphrase(length = 24): string {
  let text = '';
  while (text.length < length)
    // Bytes past the last whole multiple would favour the first letters.
    for (const byte of ports().random(length))
      if (byte < 256 - (256 % LETTERS.length) && text.length < length) text += LETTERS[byte % LETTERS.length];
  return text;
}

/** Windows asks for three of four character classes; this has all four, whatever the dice say. */
export const windowsPassword = (): string => `${passphrase(20)}-aA7`;

const MAKE = { passphrase: () => passphrase(), password: windowsPassword, token: () => passphrase(40) } as const;

/** The stream keys of an accepted command become those of their languages. Taken already, there is nothing left to take. */
async function takeStaged(
  vault: Vault,
  deploymentId: string,
  { operationId, languages, secret, yields }: StagedKeys & { secret: string },
  options: SecretOptions,
): Promise<void> {
  await inTurns(languages, async (language) => {
    const name = secretName.staged(operationId, secret, language);
    const key = await vault.read(name);
    if (key === undefined) return;
    const own = secretName.of(deploymentId, secret, language);
    if (yields) await vault.setIfAbsent(own, () => key, options);
    else await vault.set(own, key, options);
    await vault.delete(name);
  });
}

export const secrets: NodeHandler<'secrets'> = {
  async begin({ input, spec, azure }) {
    const { installation, deploymentId } = input;
    const control = new Vault(azure.secrets(installation.keyVaultUrl));
    const mixers = new Vault(azure.secrets(installation.mixerVaultUrl));
    const options = {
      expiresOn: new Date(spec.expires),
      tags: { deployment: deploymentId, event: input.event, 'managed-by': 'stream-control' },
    };
    await inTurns(spec.make, async ({ vault, secret, how }) => {
      await (vault === 'control' ? control : mixers).setIfAbsent(secret, MAKE[how], options);
    });
    if (spec.staged) await takeStaged(mixers, deploymentId, spec.staged, options);
    return { step: 'done', facts: { count: spec.make.length } };
  },
  poll: noPoll,
};
