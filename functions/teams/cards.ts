/** Adaptive Cards 1.4; an outgoing webhook may only open URLs. Every text may be somebody else's, and is cleaned here. */
import { cardText } from '../../domain/text.ts';

export interface Card {
  title: string;
  text?: string;
  facts?: [title: string, value: string][];
  good?: boolean;
}

/** The answer to a Teams outgoing webhook: a message with one card. */
export function cardMessage({ title, text, facts = [], good = true }: Card, url: string) {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            {
              type: 'TextBlock',
              text: cardText(title),
              weight: 'Bolder',
              size: 'Medium',
              wrap: true,
              color: good ? 'Default' : 'Attention',
            },
            ...(text ? [{ type: 'TextBlock', text: cardText(text), wrap: true }] : []),
            ...(facts.length > 0
              ? [
                  {
                    type: 'FactSet',
                    facts: facts.map(([name, value]) => ({ title: cardText(name), value: cardText(value) })),
                  },
                ]
              : []),
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Open', url }],
        },
      },
    ],
  };
}
