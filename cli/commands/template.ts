import { readFileSync } from 'node:fs';
import { defineCommand } from '../core/command.ts';
import { EXIT, usageError } from '../core/errors.ts';
import { yaml } from '../output/output.ts';
import { table } from '../output/table.ts';
import { oneLine } from '../output/text.ts';

type Row = Record<string, unknown>;

const list = defineCommand({
  name: 'template list',
  summary: 'templates: what kinds of event there are',
  positionals: [],
  options: {},
  examples: ['stream-control template list'],
  async run({ client, output }) {
    const { templates } = await client.get<{ templates: Row[] }>('/api/templates');
    output.result(templates, () =>
      table(
        ['TEMPLATE', 'VERSION', 'TITLE', 'DESCRIPTION'],
        templates.map(({ name, version, title, description }) => [name, version, title, description].map(oneLine)),
      ),
    );
    return EXIT.done;
  },
});

const show = defineCommand({
  name: 'template show',
  summary: 'one template with the schema of its parameters',
  positionals: [{ name: 'NAME', description: 'name of the template', required: true }],
  options: {},
  examples: ['stream-control template show multilingual'],
  async run({ client, output }, { positionals: [name = ''] }) {
    const answer = await client.get<Row>(`/api/templates/${encodeURIComponent(name)}`);
    output.result(answer, () => yaml(answer));
    return EXIT.done;
  },
});

const validate = defineCommand({
  name: 'template validate',
  summary: 'check a template file before it is added to templates/',
  positionals: [{ name: 'FILE', description: 'YAML or JSON file', required: true }],
  options: {},
  examples: ['stream-control template validate templates/multilingual.yaml'],
  async run({ client, output }, { positionals: [path = ''] }) {
    let template: string;
    try {
      template = readFileSync(path, 'utf8');
    } catch (error) {
      throw usageError(`Cannot read the template file '${path}': ${(error as Error).message}`);
    }
    const answer = await client.json<Row>('POST', '/api/templates/validate', { body: { template }, repeatable: true });
    output.result(answer, () => `Valid: ${oneLine(answer.name)}, version ${oneLine(answer.version)}\n`);
    return EXIT.done;
  },
});

export const templateCommands = [list, show, validate];
