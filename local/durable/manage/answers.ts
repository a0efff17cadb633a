/** Answers of the management API in the shapes of the extension (HttpApiHandler.cs; ASP.NET HttpError). */
import type { ManagementRequest, ManagementResponse } from '../ports.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

export const empty = (status: number, headers: Record<string, string> = {}): ManagementResponse => ({
  status,
  headers,
  body: '',
});
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): ManagementResponse => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(body),
});
/** Nothing was done, and nothing can be said of what there is. */
export const unavailable = (): ManagementResponse =>
  json(503, { Message: 'Nothing can be stored at the moment' }, { 'retry-after': '5' });
/** Raw JSON text as the body. */
export const raw = (status: number, body: string): ManagementResponse => ({ status, headers: JSON_TYPE, body });

export interface Thrown {
  message: string;
  /** .NET type name. */
  type: string;
}
/** .NET's stack is not to be had here; its last frame is the same for every request. */
const STACK =
  '   at Microsoft.Azure.WebJobs.Extensions.DurableTask.HttpApiHandler.HandleRequestAsync(HttpRequestMessage request)';
export function problem(status: number, message: string, thrown?: Thrown): ManagementResponse {
  return json(status, {
    Message: message,
    ...(thrown && { ExceptionMessage: thrown.message, ExceptionType: thrown.type, StackTrace: STACK }),
  });
}
export const argumentProblem = (message: string): ManagementResponse =>
  problem(400, 'One or more of the arguments submitted is incorrect', { message, type: 'System.ArgumentException' });
export const serverProblem = (message: string, type: string): ManagementResponse =>
  problem(500, 'Something went wrong while processing your request', { message, type });

/** Management URLs of one instance; the server's own answers leave out rewind. */
export function links(request: ManagementRequest, instanceId: string): Record<string, string> {
  const { baseUrl, requiredQuery } = request;
  const self = `${baseUrl}/instances/${formEncode(instanceId)}`;
  const reason = (operation: string) => `${self}/${operation}?reason={text}&${requiredQuery}`;
  return {
    id: instanceId,
    statusQueryGetUri: `${self}?${requiredQuery}`,
    sendEventPostUri: `${self}/raiseEvent/{eventName}?${requiredQuery}`,
    terminatePostUri: reason('terminate'),
    purgeHistoryDeleteUri: `${self}?${requiredQuery}`,
    restartPostUri: `${self}/restart?${requiredQuery}`,
    suspendPostUri: reason('suspend'),
    resumePostUri: reason('resume'),
  };
}

/** .NET WebUtility.UrlEncode: blanks become '+', other than that as in a form. */
const formEncode = (text: string): string =>
  encodeURIComponent(text).replace(/%20/g, '+').replace(/'/g, '%27').replace(/~/g, '%7E');

export function checkStatus(request: ManagementRequest, instanceId: string): ManagementResponse {
  const body = links(request, instanceId);
  return json(202, body, { location: body.statusQueryGetUri ?? '', 'retry-after': '10' });
}
