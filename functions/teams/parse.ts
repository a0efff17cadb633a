/** What people write to the Teams webhook, as a command. */

export type TeamsCommand =
  | { verb: 'help' }
  | { verb: 'list' }
  | { verb: 'status' | 'pause' | 'resume'; event: string }
  | { verb: 'extend'; event: string; ttl: string }
  | { verb: 'teardown'; event: string; confirm: boolean }
  | { verb: 'deploy'; event: string; languages?: string[]; ttl?: string }
  | { verb: 'wrong'; problem: string };

/** The plain words of a message: mentions, markup and non-breaking spaces go. */
export const plain = (text: string): string =>
  text
    .replace(/<at>.*?<\/at>/gis, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;|\u00a0/gi, ' ')
    .replace(/&amp;/gi, '&')
    .replace(/\s+/g, ' ')
    .trim();

const need = (verb: string, usage: string): TeamsCommand => ({
  verb: 'wrong',
  problem: `Write: ${verb} ${usage}`,
});

/** `deploy sunday languages original,french ttl 4h` and the like; words, not flags. */
function deploy([event, ...options]: string[]): TeamsCommand {
  const usage = 'NAME [languages a,b,c] [ttl 4h]';
  if (!event) return need('deploy', usage);
  const command: Extract<TeamsCommand, { verb: 'deploy' }> = { verb: 'deploy', event };
  for (let index = 0; index < options.length; index += 2) {
    const [word, value] = [options[index]?.toLowerCase(), options[index + 1]];
    if (!value || (word !== 'languages' && word !== 'ttl')) return need('deploy', usage);
    if (word === 'ttl') command.ttl = value;
    else command.languages = value.split(',').map((language) => language.trim());
  }
  return command;
}

export function parseCommand(text: string): TeamsCommand {
  const [first = '', ...rest] = plain(text).split(' ');
  const verb = first.toLowerCase();
  const [event, second] = rest;
  switch (verb) {
    case '':
    case 'help':
      return { verb: 'help' };
    case 'list':
    case 'events':
      return { verb: 'list' };
    case 'status':
      return event ? { verb, event } : { verb: 'list' };
    case 'pause':
    case 'resume':
      return event ? { verb, event } : need(verb, 'NAME');
    case 'extend':
      return event && second ? { verb, event, ttl: second } : need(verb, 'NAME 4h');
    case 'teardown':
      return event ? { verb, event, confirm: second?.toLowerCase() === 'confirm' } : need(verb, 'NAME confirm');
    case 'deploy':
      return deploy(rest);
    default:
      return { verb: 'wrong', problem: `I do not know ${JSON.stringify(first.slice(0, 40))}` };
  }
}
