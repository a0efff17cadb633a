import { type AnyCommand, defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import { certificateSummary } from '../output/certificate.ts';
import { facts, table } from '../output/table.ts';
import { money, oneLine } from '../output/text.ts';
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

type Row = Record<string, unknown>;
/** The list in an answer, whatever it is wrapped in. */
const rows = (document: unknown): Row[] =>
  (Array.isArray(document) ? document : (Object.values((document ?? {}) as object).find(Array.isArray) ?? [])) as Row[];
const text = (value: unknown): string => oneLine(value);

export const certificate = documentCommand(
  'certificate',
  'proof that an ended event left nothing behind',
  certificateSummary,
);

export const journal = documentCommand('journal', 'what happened when and why', (document) =>
  table(
    ['AT', 'WHAT', 'TEXT'],
    rows(document).map((entry) => [text(entry.at), text(entry.code), text(entry.text ?? entry.message)]),
    'The journal is empty',
  ),
);

export const logs = documentCommand(
  'logs',
  'logs of relay and slide splitter',
  (document) =>
    rows(document)
      .map((entry) => {
        const { component, container, name, lines, text: content, ...rest } = entry;
        const said = Array.isArray(lines)
          ? lines.map(text).join('\n')
          : text(content ?? rest.content ?? rest.logs ?? rest);
        return `== ${text(component ?? container ?? name)}\n${said}\n`;
      })
      .join('\n') || 'No logs\n',
);

export const cost = documentCommand('cost', 'what an event costs per hour and has cost so far', (document) => {
  const { currency, perHour, soFar, perEvent, total, ...rest } = document as Row & { currency?: string };
  const amount = (value: unknown) => (typeof value === 'number' ? money(value, currency) : undefined);
  const items = rows(rest);
  return [
    facts([
      ['per hour', amount(perHour)],
      ['so far', amount(soFar)],
      ['per event', amount(perEvent)],
      ['total', amount(total)],
      ...Object.entries(rest)
        .filter(([, value]) => !Array.isArray(value))
        .map(([name, value]) => [name, text(value)] as const),
    ]),
    ...(items.length > 0
      ? [
          '\n',
          table(
            Object.keys(items[0] ?? {}).map((name) => name.toUpperCase()),
            items.map((item) => Object.values(item).map(text)),
          ),
        ]
      : []),
  ].join('');
});
