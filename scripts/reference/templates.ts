/** What a template may hold, from the schema that it is checked with. */
import { z } from 'zod';
import { kindNames, kindOf } from '../../domain/kinds/index.ts';
import { templateSchema } from '../../domain/template/schema.ts';
import { heading, type Page } from './page.ts';
import { type Schema, schemaTable } from './schema.ts';

const table = (schema: z.ZodType): string =>
  schemaTable(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema);

export const templates: Page = {
  file: 'templates.md',
  text: () =>
    [
      heading('Templates', '`domain/template/schema.ts` and `domain/kinds`'),
      'A template is a YAML file that says what a kind of event consists of: `templates/multilingual.yaml` and `interpreted.yaml` are two. `stream-control template',
      'validate FILE` names every problem with its path. In the paths below `*` stands for any name and `[]` for the members of a list.\n',
      table(templateSchema),
      ...kindNames().flatMap((kind) => [`\n## A component of kind \`${kind}\`\n`, table(kindOf({ kind }).schema)]),
      '\n## References\n',
      `A text may hold a name between \`\${\` and \`}\`, which is a reference and nothing more: there is no logic and there are no functions.\n`,
      '| reference | stands for |',
      '|---|---|',
      '| `event.name`, `event.title`, `event.environment`, `event.region`, `event.deployment` | the event, and the id of its deployment |',
      '| `parameters.NAME` | what the request set, or the default |',
      '| `each` | the language or number that the component is for |',
      "| `each.audio` | the programme's sound for that language, as asked for or by its name |",
      '| `self.name`, `self.host`, `self.ports.NAME` | the component itself |',
      '| `components.NAME.host`, `components.NAME.ports.NAME` | another one: known beforehand, so nothing waits for it |',
      '| `components.NAME.address` | the address that Azure gave it: whoever refers to it is made after it |',
      '| `secrets.NAME` | in `credentials` only: filled in when somebody asks, and recorded |',
      '',
    ].join('\n'),
};
