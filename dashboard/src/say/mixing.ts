import type { TemplateAnswer } from '../../../contract/api/template.ts';

/** Ways in which a template mixes a language; the first is the usual one. */
export const mixingsOf = ({ components }: Pick<TemplateAnswer, 'components'>): string[] => [
  ...new Set(Object.values(components).flatMap(({ mixing }) => (typeof mixing === 'string' ? [mixing] : []))),
];
