import { formatDuration } from '../request/durations.ts';
import type { Command } from '../seam/command.ts';
import type { Message } from '../seam/message.ts';
import { admission, COMMAND_LIMIT, isCounted, TOO_MANY } from './admission.ts';
import type { OpenOperation } from './entries.ts';
import { beginLanguages, beginScale } from './members.ts';
import { beginPause, beginResume } from './power.ts';
import { beginRelocation } from './relocation.ts';
import { beginRemedyByHand } from './remediation.ts';
import { beginTeardown } from './removal.ts';
import { beginReplacement } from './replacement.ts';
import { closeOperation, journal, openOperation, type Turn } from './turn.ts';

/** Takes a command, each id once. What the state does not allow is refused; the outcome can be read. */
export function onCommand(turn: Turn, message: Extract<Message, { type: 'command' }>): void {
  const { state } = turn;
  const { operationId, by, command } = message;
  const operation = { operationId, name: command.command, command, by, at: turn.now };
  const refuse = (reason: string) => closeOperation(turn, operation, 'refused', reason);

  if (state.commands.taken[operationId]) {
    // Teardown always has the same id: after a failed removal it means a retry.
    const again = command.command === 'teardown' && state.life.state === 'failed' && !state.end.finishing;
    if (again) {
      journal(turn, 'command', `${textOf(command)} again by ${by}`);
      beginTeardown(turn, `asked by ${by}`);
    }
    return;
  }
  state.commands.taken[operationId] = true;
  journal(turn, 'command', `${textOf(command)} by ${by}`);
  const admitted = admission(state.life.state, !state.end.finishing, command.command);
  if (admitted.answer !== 'accept') refuse(admitted.reason);
  else if (state.end.finishing) closeOperation(turn, operation, 'done');
  else if (isCounted(command.command) && ++state.commands.counted > COMMAND_LIMIT) refuse(TOO_MANY);
  else carryOut(turn, operation, command);
}

function carryOut(turn: Turn, operation: OpenOperation, command: Command): void {
  switch (command.command) {
    case 'teardown':
      openOperation(turn, operation);
      beginTeardown(turn, `asked by ${operation.by}`);
      break;
    case 'extend':
      // Carried out at the end of the turn, together with other waiting ones.
      openOperation(turn, operation);
      break;
    case 'languages':
      beginLanguages(turn, operation, command);
      break;
    case 'scale':
      beginScale(turn, operation, command);
      break;
    case 'pause':
      beginPause(turn, operation);
      break;
    case 'resume':
      beginResume(turn, operation);
      break;
    case 'replace':
      beginReplacement(turn, operation, command);
      break;
    case 'relocate':
      beginRelocation(turn, operation);
      break;
    case 'remediate':
      beginRemedyByHand(turn, operation, command);
  }
}

function textOf(command: Command): string {
  switch (command.command) {
    case 'extend':
      return `extend to ${command.until ?? formatDuration(command.ttlSeconds ?? 0)}`;
    case 'languages':
      return ['languages', ...command.add.map((each) => `+${each}`), ...command.remove.map((each) => `-${each}`)].join(
        ' ',
      );
    case 'scale':
      return `scale ${command.component} to ${command.count}`;
    case 'replace':
      return `replace ${command.component} by ${command.image}`;
    case 'remediate':
      return `remediate ${command.component}${command.rung ? ` (${command.rung})` : ''}`;
    default:
      return command.command;
  }
}
