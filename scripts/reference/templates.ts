/** What a template may hold, from the schema that it is checked with. */
import { z } from 'zod';
import { templateSchema } from '../../domain/template.ts';
import { heading, type Page } from './page.ts';
import { type Schema, schemaTable } from './schema.ts';

export const templates: Page = {
  file: 'templates.md',
  text: () =>
    [
      heading('Templates', '`domain/template.ts`'),
      'A template is a YAML file that says what a kind of event consists of: `templates/multilingual.yaml` is one. `stream-control template',
      'validate FILE` names every problem with its path. In the paths below `*` stands for any name and `[]` for the members of a list.\n',
      schemaTable(z.toJSONSchema(templateSchema, { io: 'input', unrepresentable: 'any' }) as Schema),
      '',
    ].join('\n'),
};
