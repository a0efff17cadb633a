import type { z } from 'zod';
import type { SimResponse } from './http.ts';
import type { Json, JsonObject } from './json.ts';

export interface ArmErrorBody {
  code: string;
  message: string;
  target?: string;
  details?: JsonObject[];
  innererror?: JsonObject;
  additionalInfo?: JsonObject[];
}

/** An answer of Azure that is an error. Throw it anywhere while a request is served. */
export class ArmError extends Error {
  readonly status: number;
  readonly error: ArmErrorBody;
  readonly headers: Record<string, string>;
  constructor(
    status: number,
    code: string,
    message: string,
    more: Omit<ArmErrorBody, 'code' | 'message'> & { headers?: Record<string, string> } = {},
  ) {
    super(message);
    const { headers, ...rest } = more;
    this.status = status;
    this.error = { code, message, ...rest };
    this.headers = { ...headers };
  }
  get code(): string {
    return this.error.code;
  }
  response(): SimResponse {
    return { status: this.status, headers: this.headers, body: { error: this.error as unknown as Json } };
  }
}

/** `x-ms-failure-cause` tells who refused: ARM itself (`gateway`) or the resource provider (`service`, the default). */
const gateway = () => ({ headers: { 'x-ms-failure-cause': 'gateway' } });

export const resourceNotFound = (type: string, name: string, group: string): ArmError =>
  new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    gateway(),
  );

export const groupNotFound = (group: string): ArmError =>
  new ArmError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`, gateway());

export const groupBeingDeleted = (group: string): ArmError =>
  new ArmError(
    409,
    'ResourceGroupBeingDeleted',
    `The resource group '${group}' is in deprovisioning state and cannot perform this operation.`,
    gateway(),
  );

export const parentNotFound = (parent: string): ArmError =>
  new ArmError(
    404,
    'ParentResourceNotFound',
    `Can not perform requested operation on nested resource. Parent resource '${parent}' not found.`,
    gateway(),
  );

/** Refuses what the schema refuses, as ARM does: 400 naming the first offending member. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, code = 'InvalidRequestContent'): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw new ArmError(
    400,
    code,
    `The request content was invalid and could not be deserialized: '${issue?.message ?? 'invalid'}'. Path '${path}'.`,
    path ? { target: path } : {},
  );
}
