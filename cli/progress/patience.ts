import { ports } from '../../ports/index.ts';
import { CliError, EXIT } from '../core/errors.ts';
import { pause, TooLate, Unreachable } from '../http/client.ts';
import { ApiError } from '../http/problem.ts';

/** How long a control plane may stay away (a restart, an upgrade) before a command gives up watching, in ms. */
const PATIENCE_MS = 300_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 3000;

/**
 * Makes a look again until the control plane answers it: for commands that watch what goes on without them.
 * Says once that it is away and once that it is back.
 * @throws whatever is an answer (a 404), and CliError when patience is at its end
 */
export async function patiently<T>(
  look: () => Promise<T>,
  { note, interrupt }: { note: (text: string) => void; interrupt: AbortSignal },
): Promise<T> {
  let lost: number | undefined;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
    try {
      const answer = await look();
      if (lost !== undefined) note('The control plane answers again');
      return answer;
    } catch (error) {
      if (
        !(
          error instanceof Unreachable ||
          error instanceof TooLate ||
          (error instanceof ApiError && error.status >= 500)
        )
      )
        throw error;
      const now = ports().now();
      if (lost === undefined) note(`${error.message}: the deployment goes on without it being watched; trying again`);
      lost ??= now;
      if (now - lost > PATIENCE_MS)
        throw new CliError(EXIT.failed, `${error.message} for ${PATIENCE_MS / 60_000} minutes`, {
          hint: "what was accepted goes on: 'stream-control watch' follows it once the control plane is back",
        });
    }
    await pause(wait, interrupt);
  }
}
