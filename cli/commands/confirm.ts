import type { Context } from '../core/context.ts';
import { CliError, EXIT } from '../core/errors.ts';
import type { OptionSpecs } from '../core/metadata.ts';

/** Options of what cannot be undone. */
export const CONFIRM_OPTIONS = {
  yes: { type: 'boolean', short: 'y', description: 'do it without asking' },
  confirm: { type: 'boolean', description: 'the same as --yes' },
} as const satisfies OptionSpecs;

/**
 * Goes on when the person at the terminal says so, or has said so with `--yes`.
 * @throws CliError: nobody is there to ask, or the answer was no; nothing has been done
 */
export async function confirmed(
  { io }: Context,
  options: { readonly yes: boolean; readonly confirm: boolean },
  what: string,
): Promise<void> {
  if (options.yes || options.confirm) return;
  if (!io.ask)
    throw new CliError(EXIT.usage, `${what}: this cannot be undone, and there is no terminal to ask on`, {
      hint: 'add --yes to do it',
    });
  const answer = await io.ask(`${what}: this cannot be undone. Go on? (y/N) `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError(EXIT.usage, 'Nothing was done');
}
