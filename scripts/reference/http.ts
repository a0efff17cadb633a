/** The HTTP API, from its OpenAPI document. */
import { doors } from '../../functions/doors.ts';
import { openApi } from '../../functions/openapi.ts';
import { cell, heading, type Page, table } from './page.ts';
import { type Schema, schemaTable, typeOf } from './schema.ts';

interface Content {
  content?: Record<string, { schema: Schema }>;
}
interface Operation {
  summary: string;
  'x-access': string;
  parameters?: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: Content;
  responses: Record<string, Content & { description: string }>;
}

const schemaOf = ({ content }: Content): Schema | undefined => Object.values(content ?? {})[0]?.schema;
const body = (title: string, schema: Schema | undefined): string[] => {
  const shown = schema && schemaTable(schema);
  return shown ? [`${title}${schema.type === 'array' ? ', a list' : ''}:`, shown] : [];
};

function section(method: string, path: string, operation: Operation): string {
  const { parameters = [], requestBody = {}, responses } = operation;
  const answers = Object.entries(responses).filter(([status]) => status !== 'default');
  return [
    `## ${method.toUpperCase()} ${path}`,
    `${operation.summary}. For: ${operation['x-access']}.`,
    ...(parameters.length
      ? [
          table(
            ['parameter', 'in', 'type', 'needed', ''],
            parameters.map((one) => [
              `\`${one.name}\``,
              one.in,
              cell(typeOf(one.schema)),
              one.required ? 'yes' : '',
              cell(one.schema.description ?? ''),
            ]),
          ),
        ]
      : []),
    ...body('Body', schemaOf(requestBody)),
    table(
      ['answer', ''],
      answers.map(([status, { description }]) => [status, cell(description)]),
    ),
    ...answers.flatMap(([status, one]) => (Number(status) < 300 ? body(`Body of ${status}`, schemaOf(one)) : [])),
  ].join('\n\n');
}

export const http: Page = {
  file: 'http.md',
  text() {
    const { paths } = openApi(doors, 'http://127.0.0.1:7071');
    const sections = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => section(method, path, operation as Operation)),
    );
    return `${[
      heading('The HTTP API', 'the OpenAPI document that the control plane answers at `/api/openapi.json`').trimEnd(),
      'Errors are RFC 9457 problem details (`application/problem+json`) with `status`, `title`, `detail`, and `errors` with path and message for\ninvalid input. Times are ISO 8601 in UTC.',
      ...sections,
    ].join('\n\n')}\n`;
  },
};
