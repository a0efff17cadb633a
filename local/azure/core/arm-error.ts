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
