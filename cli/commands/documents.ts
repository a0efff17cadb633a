import { type AnyCommand, defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import type { EventCost, JournalLine } from '../http/types.ts';
import { certificateSummary } from '../output/certificate.ts';
import { facts, table } from '../output/table.ts';
import { money, oneLine, time } from '../output/text.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, eventPath } from './event-argument.ts';

/** A command that shows one document about an event. */
const documentCommand = (name: string, summary: string, show: (document: unknown) => string): AnyCommand =>
  defineCommand({
    name,
    summary,
    positionals: [EVENT_POSITIONAL],
    options: EVENT_OPTION,
    examples: [`stream-control ${name} congress`],
    async run({ client, output }, parsed) {
      const document = await client.get<unknown>(eventPath(eventOf(parsed, name), `/${name}`));
      output.result(document, () => show(document));
      return EXIT.done;
    },
  });

export const certificate = documentCommand(
  'certificate',
  'proof that an ended event left nothing behind',
  certificateSummary,
);

export const journal = documentCommand('journal', 'what happened when and why', (document) =>
  table(
    ['AT', 'WHAT', 'TEXT'],
    (document as { entries: JournalLine[] }).entries.map(({ at, code, text }) => [time(at), code, text]),
    'The journal is empty',
  ),
);

export const cost = documentCommand('cost', 'what an event costs per hour and has cost so far', (document) => {
  const { currency, budget, ...one } = document as Partial<EventCost>;
  return facts([
    ['per hour', money(one.perHour, currency)],
    ['so far', money(one.soFar, currency)],
    ['until its TTL', money(one.perEvent, currency)],
    ['per hour when paused', money(one.pausedPerHour, currency)],
    ['budget', budget && `${money(budget.amount, currency)}, then ${oneLine(budget.action)}`],
    ['prices of', one.pricesAsOf],
  ]);
});
