/** What people write to the Teams webhook, as a command. Nothing of it is quoted back: it may be a secret in the wrong place. */
import { WANTED_PRESENTERS, type WantedPresenter } from '../../contract/presenters.ts';
import { words } from './plain.ts';

export type TeamsCommand =
  | { verb: 'help' }
  | { verb: 'list' }
  | { verb: 'status' | 'pause' | 'resume'; event: string }
  | { verb: 'extend'; event: string; ttl: string }
  | { verb: 'teardown'; event: string; confirm: boolean }
  | { verb: 'source'; event: string; active: WantedPresenter }
  | { verb: 'languages'; event: string; audio: Record<string, string> }
  | { verb: 'deploy'; event: string; languages?: string[]; ttl?: string }
  | { verb: 'wrong'; problem: string };

const need = (verb: string, usage: string): TeamsCommand => ({
  verb: 'wrong',
  problem: `Write: ${verb} ${usage}`,
});

/** `deploy sunday languages original, french ttl 4h` and the like; words, not flags. */
function deploy([event, ...options]: string[]): TeamsCommand {
  const usage = 'NAME [languages a,b,c] [ttl 4h]';
  if (!event) return need('deploy', usage);
  const command: Extract<TeamsCommand, { verb: 'deploy' }> = { verb: 'deploy', event };
  const rest = [...options];
  while (rest.length > 0) {
    const option = rest.shift()?.toLowerCase();
    const next = rest.findIndex((word) => ['languages', 'ttl'].includes(word.toLowerCase()));
    const values = rest.splice(0, next < 0 ? rest.length : next);
    const [value] = values;
    if (option === 'languages' && value !== undefined) command.languages = values;
    else if (option === 'ttl' && value !== undefined && values.length === 1) command.ttl = value;
    else return need('deploy', usage);
  }
  return command;
}

/** `languages sunday audio french=fra, spanish=2`. */
function languages([event, option, ...given]: string[]): TeamsCommand {
  const audio = given.map((word) => /^([^=]+)=([^=]+)$/.exec(word.toLowerCase()));
  const understood = event && /^(--)?audio$/i.test(option ?? '') && audio.length > 0 && audio.every(Boolean);
  if (!understood) return need('languages', 'NAME audio french=fra,spanish=2');
  return {
    verb: 'languages',
    event,
    audio: Object.fromEntries(audio.map((found) => [found?.[1] ?? '', found?.[2] ?? ''])),
  };
}

export function parseCommand(text: string): TeamsCommand {
  const [first = '', ...rest] = words(text);
  const verb = first.toLowerCase();
  const [event, second, more] = rest;
  switch (verb) {
    case '':
    case 'help':
      return { verb: 'help' };
    case 'list':
    case 'events':
      return { verb: 'list' };
    case 'status':
      return event ? { verb, event } : { verb: 'list' };
    // Of what changes something, every word must be understood.
    case 'pause':
    case 'resume':
      return event && second === undefined ? { verb, event } : need(verb, 'NAME');
    case 'extend':
      return event && second && more === undefined ? { verb, event, ttl: second } : need(verb, 'NAME 4h');
    case 'teardown': {
      const confirm = second?.toLowerCase() === 'confirm';
      const understood = event && more === undefined && (second === undefined || confirm);
      return understood ? { verb, event, confirm } : need(verb, 'NAME confirm');
    }
    case 'source': {
      const active = WANTED_PRESENTERS.find((one) => one === second?.toLowerCase());
      return event && active && more === undefined ? { verb, event, active } : need(verb, 'NAME main|backup|auto');
    }
    case 'languages':
      return languages(rest);
    case 'deploy':
      return deploy(rest);
    default:
      return { verb: 'wrong', problem: 'I do not know that word' };
  }
}
