import { knownKind } from '../kinds/index.ts';
import { lifecycleShape } from './lifecycle-input.ts';

/** The input of a lifecycle, whose components are all of kinds that this build has. */
export const lifecycleInput = lifecycleShape.superRefine(({ template }, context) => {
  for (const [name, { kind }] of Object.entries(template.components))
    if (knownKind(kind) === undefined)
      context.addIssue({
        code: 'custom',
        path: ['template', 'components', name, 'kind'],
        message: 'is no kind of component',
      });
});

/** What an instance was started with, when it is a lifecycle's of this event; not what else was put under its id. */
export const isLifecycleOf = (name: string, given: unknown): boolean =>
  lifecycleInput.safeParse(given).data?.event === name;
