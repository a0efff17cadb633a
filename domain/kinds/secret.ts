import { secretName } from '../names.ts';
import type { Part } from './kind.ts';

/** Name in its vault of a secret that the template calls `name`, for one component: its own where there is one for each. */
export const secretFor = ({ input, member }: Pick<Part, 'input' | 'member'>, name: string): string =>
  secretName.of(input.deploymentId, name, input.template.secrets[name]?.each === undefined ? undefined : member.each);
