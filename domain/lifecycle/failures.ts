import type { Failure } from '../workflow.ts';

export const failureOf = (kind: Failure['class'], code: string, message: string): Failure => ({
  class: kind,
  code,
  message,
});
