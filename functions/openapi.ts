/** `GET /api/openapi.json`: made from the doors and the schemas they validate with. */
import { z } from 'zod';
import { eventOutSchema } from '../contract/api/event-out.ts';
import { type Door, door } from './door.ts';

const problem = {
  description: 'RFC 9457 problem details',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'detail'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          errors: {
            type: 'array',
            items: {
              type: 'object',
              required: ['path', 'message'],
              properties: { path: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
  },
};

interface ObjectSchema {
  properties?: Record<string, object>;
  required?: string[];
}

/** Route values and query values of a door. */
function parametersOf(one: Door) {
  const inPath = [...one.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (!one.query) return inPath;
  const { properties = {}, required = [] } = z.toJSONSchema(one.query, { io: 'input' }) as ObjectSchema;
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return [...inPath, ...inQuery];
}

/** What an answer's body looks like, where that is known. */
function contentOf(one: Door, status: number) {
  const schema = one.bodies?.[status];
  return schema ? { content: { 'application/json': { schema: z.toJSONSchema(schema) } } } : {};
}

function operation(one: Door) {
  const parameters = parametersOf(one);
  const answers = Object.entries(one.answers).map(([status, description]) => [
    status,
    Number(status) >= 400 ? { ...problem, description } : { description, ...contentOf(one, Number(status)) },
  ]);
  return {
    operationId: one.name,
    summary: one.summary,
    'x-access': one.access,
    ...(one.access === 'anyone' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(one.schema
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: z.toJSONSchema(one.schema, { io: 'input', unrepresentable: 'any' }) },
            },
          },
        }
      : {}),
    responses: { ...Object.fromEntries(answers), default: problem },
  };
}

/** What the control plane sends to the addresses of the setting EVENT_WEBHOOKS. */
const webhooks = {
  event: {
    post: {
      summary: 'What happened to an event: a CloudEvent 1.0, at least once, the same id each time',
      description:
        'Signed by the Standard Webhooks scheme: `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body` with the key of EVENT_WEBHOOK_SECRET. Any 2xx accepts it; else it is tried again for half a day.',
      security: [],
      parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
        name,
        in: 'header',
        required: true,
        schema: { type: 'string' },
      })),
      requestBody: {
        required: true,
        content: { 'application/cloudevents+json': { schema: z.toJSONSchema(eventOutSchema) } },
      },
      responses: { '2XX': { description: 'Accepted' } },
    },
  },
};

/** The OpenAPI 3.1 document of a list of doors. */
export function openApi(doors: readonly Door[], serverUrl: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of doors) {
    const path = `/${one.route}`;
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'stream-control',
      version: '1',
      description: 'Live multilingual event infrastructure on Azure: appears by one command and leaves no trace',
    },
    servers: [{ url: serverUrl }],
    security: [{ entra: [] }],
    components: { securitySchemes: { entra: { type: 'http', scheme: 'bearer', description: 'Microsoft Entra ID' } } },
    paths,
    webhooks,
  };
}

/** The door that shows the document of all doors, itself included. */
export function openApiDoor(doors: () => readonly Door[]): Door {
  return door({
    name: 'api-openapi',
    method: 'GET',
    route: 'api/openapi.json',
    access: 'anyone',
    summary: 'This document',
    answers: { 200: 'OpenAPI 3.1' },
    handle: async ({ settings }) => ({ json: openApi(doors(), settings.publicUrl) }),
  });
}
