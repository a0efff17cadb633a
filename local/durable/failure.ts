/** How failures of functions become history: the .NET exception texts that an app's error handling sees (durable extension TaskActivityShim.cs, host RpcException.cs). */
import type { FailureDetails } from './history.ts';

interface Failure {
  Reason: string;
  Details: string;
  FailureDetails: FailureDetails | null;
}

/** @param space text between the colon and the message beyond the first blank: the host keeps the one behind its own "Exception:" */
export function activityFailure(name: string, message: string, stack: string, space: string): Failure {
  const structured = failureDetailsOf(message);
  const text = structured?.ErrorMessage ?? message;
  const kept = structured ? text : `${space}${message}`;
  return {
    Reason: `Activity function '${name}' failed: ${kept}`,
    Details: exceptionText(kept, text, stack),
    FailureDetails: structured,
  };
}

/** callHttp that got no answer: no function is named, and the exception is the client's own (durable extension TaskHttpActivityShim.cs). */
export function httpFailure(message: string): Failure {
  const exception = {
    $type: 'System.Net.Http.HttpRequestException, System.Net.Http',
    StatusCode: null,
    Message: message,
    Data: { $type: 'System.Collections.ListDictionaryInternal, System.Private.CoreLib' },
    InnerException: null,
    HelpLink: null,
    Source: 'System.Net.Http',
    HResult: -2147467259,
    StackTrace: null,
  };
  return { Reason: message, Details: JSON.stringify(exception), FailureDetails: null };
}

/** The process that ran the activity ended: the exception is the host's own, without what the app's are wrapped in. */
export const exitFailure = (name: string, message: string): Failure => ({
  Reason: `Activity function '${name}' failed: ${message}`,
  Details: JSON.stringify({
    $type: 'Microsoft.Azure.WebJobs.Script.Workers.WorkerProcessExitException, Microsoft.Azure.WebJobs.Script',
    ClassName: 'Microsoft.Azure.WebJobs.Script.Workers.WorkerProcessExitException',
    Message: message,
    InnerException: null,
    StackTraceString: null,
    HResult: -2146233088,
  }),
  FailureDetails: null,
});

/** A System.Exception as Newtonsoft writes it, with the worker's exception inside; stack traces of the .NET host are left out. */
function exceptionText(message: string, remoteMessage: string, stack: string): string {
  const core = 'System.Private.CoreLib';
  return JSON.stringify({
    $type: `System.Exception, ${core}`,
    ClassName: 'System.Exception',
    Message: message,
    Data: null,
    InnerException: {
      $type: 'Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script',
      IsUserException: false,
      RemoteStackTrace: stack,
      RemoteMessage: remoteMessage,
      RemoteTypeName: null,
      Message: `Result: Failure\nException: ${remoteMessage}\nStack: ${stack}`,
      Data: { $type: `System.Collections.ListDictionaryInternal, ${core}` },
      InnerException: null,
      HelpLink: null,
      Source: core,
      HResult: -2146233088,
      StackTrace: null,
    },
    HelpURL: null,
    StackTraceString: null,
    RemoteStackTraceString: null,
    RemoteStackIndex: 0,
    ExceptionMethod: null,
    HResult: -2146233088,
    Source: null,
    WatsonBuckets: null,
  });
}

/** Failure details that the SDK put into the error's message when the app gave exception properties (durable-functions ExceptionPropertiesProvider). */
function failureDetailsOf(message: string): FailureDetails | null {
  if (!message.startsWith('{')) return null;
  try {
    const { errorType, errorMessage, stackTrace, isNonRetriable, properties } = JSON.parse(message) as Record<
      string,
      unknown
    >;
    if (typeof errorType !== 'string' || typeof errorMessage !== 'string') return null;
    return {
      ErrorType: errorType,
      ErrorMessage: errorMessage,
      StackTrace: typeof stackTrace === 'string' ? stackTrace : null,
      InnerFailure: null,
      IsNonRetriable: isNonRetriable === true,
      Properties: (properties ?? null) as Record<string, unknown> | null,
    };
  } catch {
    return null;
  }
}
