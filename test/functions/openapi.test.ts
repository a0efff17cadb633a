import { describe, expect, test } from 'vitest';
import { doors } from '../../functions/doors.ts';
import { openApi } from '../../functions/openapi.ts';

describe('the list of doors', () => {
  test('names are unique and no route can shadow another', () => {
    expect(new Set(doors.map(({ name }) => name)).size).toBe(doors.length);
    for (const a of doors)
      for (const b of doors) {
        if (a === b || a.method !== b.method) continue;
        const [left, right] = [a.route.split('/'), b.route.split('/')];
        const overlap =
          left.length === right.length &&
          left.every((part, index) => part === right[index] || part.startsWith('{') || right[index]?.startsWith('{'));
        // Two that overlap are tried in the order of their names: the one without a value must come first.
        if (overlap) expect([a.route, b.route]).toEqual(['(no overlap)']);
      }
    expect(doors.every(({ route }) => route.startsWith('api/'))).toBe(true);
  });
});

test('OpenAPI shows every door with the schema that validates it', () => {
  const document = openApi(doors, 'https://control.example');
  expect(document.openapi).toBe('3.1.0');
  for (const { route, method, schema } of doors) {
    const operation = document.paths[`/${route}`]?.[method.toLowerCase()] as { requestBody?: unknown } | undefined;
    expect(operation, route).toBeDefined();
    expect(operation?.requestBody === undefined).toBe(schema === undefined);
  }
  expect(JSON.stringify(document.paths['/api/deploy'])).toContain('youtubeKeys');
});

test('OpenAPI declares every query parameter that a door takes', () => {
  const document = openApi(doors, 'https://control.example');
  const events = document.paths['/api/events']?.get as { parameters: { name: string; in: string }[] };
  expect(events.parameters.filter((each) => each.in === 'query').map(({ name }) => name)).toEqual([
    'state',
    'past',
    'continuationToken',
  ]);
});

test('OpenAPI shows what is answered, and what is shown is a status that the door answers', () => {
  const document = openApi(doors, 'https://control.example');
  const shown = doors.flatMap(({ route, method, bodies = {}, answers }) =>
    Object.keys(bodies).map((status) => {
      expect(answers[Number(status)], `${method} ${route}`).toBeDefined();
      const shownAs = document.paths[`/${route}`]?.[method.toLowerCase()] as
        | { responses: Record<string, { content?: Record<string, { schema: { properties: object } }> }> }
        | undefined;
      const content = shownAs?.responses[status]?.content?.['application/json'];
      return [route, Object.keys(content?.schema.properties ?? {})];
    }),
  );
  expect(Object.fromEntries(shown)).toMatchObject({
    'api/deploy': ['operationId', 'event', 'deploymentId', 'statusUrl'],
    'api/operations/{id}': expect.arrayContaining(['outcome', 'reason']),
    'api/status/{event}': expect.arrayContaining(['health', 'connection', 'cost']),
    'api/deployment/{id}/status': expect.arrayContaining(['nodes', 'error']),
  });
});
