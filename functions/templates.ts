/** The catalogue of event templates. */
import { z } from 'zod';
import { templateListSchema, templateSchema, templateSummarySchema } from '../contract/api/template.ts';
import { own } from '../domain/own.ts';
import { parseTemplate } from '../domain/template/parse.ts';
import { imageProblem, templates } from './catalogue.ts';
import { door } from './door.ts';
import { invalid, Problem } from './problem.ts';

const summary = ({
  name,
  version,
  title,
  description,
  languages,
  components,
}: ReturnType<typeof templates>[string]) => ({
  name,
  version,
  title,
  description,
  ...(languages === undefined ? {} : { languages }),
  components: Object.entries(components).map(([component, { kind, each, count }]) => ({
    component,
    kind,
    ...(each === undefined ? {} : { each }),
    ...(count === undefined ? {} : { count }),
  })),
});

export const templateDoors = [
  door({
    name: 'api-templates',
    method: 'GET',
    route: 'api/templates',
    access: 'viewer',
    summary: 'Templates',
    bodies: { 200: templateListSchema },
    answers: { 200: 'The catalogue' },
    handle: async () => ({ json: { templates: Object.values(templates()).map(summary) } }),
  }),
  door({
    name: 'api-templates-one',
    method: 'GET',
    route: 'api/templates/{name}',
    access: 'viewer',
    summary: 'One template with its parameters',
    bodies: { 200: templateSchema },
    answers: { 200: 'The template', 404: 'No such template' },
    async handle({ param }) {
      const name = param('name');
      const found = own(templates(), name);
      if (!found)
        throw new Problem(404, `There is no template of that name; known: ${Object.keys(templates()).join(', ')}`);
      return { json: found };
    },
  }),
  door({
    name: 'api-templates-validate',
    method: 'POST',
    route: 'api/templates/validate',
    access: 'viewer',
    summary: 'Validates the text of a template',
    schema: z.strictObject({ template: z.string().max(100_000).describe('YAML text') }),
    bodies: { 200: templateSummarySchema },
    answers: { 200: 'Valid' },
    async handle({ body, settings }) {
      const result = parseTemplate(body.template, imageProblem(settings));
      if (!result.ok) throw invalid(result.problems);
      return { json: summary(result.template) };
    },
  }),
];
