import type { z } from 'zod';
import { ArmError } from './arm-error.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import type { SimResponse } from './http.ts';

export { ArmError, type ArmErrorBody } from './arm-error.ts';

/** `x-ms-failure-cause` tells who refused: ARM itself (`gateway`) or the resource provider (`service`). */
const gateway = () => ({ headers: { 'x-ms-failure-cause': 'gateway' } });

export const resourceNotFound = (type: string, name: string, group: string): ArmError =>
  refuse(ARM.resourceNotFound, { type, name, group }, gateway());

export const groupNotFound = (group: string): ArmError => refuse(ARM.groupNotFound, { group }, gateway());

export const groupBeingDeleted = (group: string): ArmError => refuse(ARM.groupBeingDeleted, { group }, gateway());

export const parentNotFound = (parent: string): ArmError => refuse(ARM.parentNotFound, { parent }, gateway());

export const invalidContent = (why: string, target?: string): ArmError =>
  refuse(ARM.invalidContent, { why }, target ? { target } : {});

/** What was done is not on disk, so nobody may be told of it: as Azure has it, the caller cannot know, and looks again. */
export const unwritten = (): SimResponse => {
  const text = 'The simulator cannot write its data at the moment; its log says why.';
  const response = new ArmError(503, 'ServiceUnavailable', text).response();
  return { ...response, headers: { ...response.headers, 'retry-after': '2' } };
};

/** Refuses what the schema refuses, as ARM does: 400 naming the first offending member. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, code?: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  const constraint = code === undefined ? ARM.invalidContent : { ...ARM.invalidContent, code };
  throw refuse(constraint, { why: `${issue?.message ?? 'invalid'}. Path '${path}'` }, path ? { target: path } : {});
}
