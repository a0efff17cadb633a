/** What a durableClient input binding receives (recorded from the real host, test/fixtures/traces/durableClient-input-binding.json). */

export const WEBHOOKS = '/runtime/webhooks/durabletask';
export const RPC = '/durabletask/';

/** Query that the management links carry after their own parameters. */
export const requiredQuery = (hub: string, code: string): string => `taskHub=${hub}&connection=Storage&code=${code}`;

/**
 * @param hub task hub name
 * @param origin where people reach the host, for example `http://localhost:7071`
 * @param rpcOrigin where the durable client reaches it; `rpcBaseUrl` must end with a slash
 */
export function durableClientInput(hub: string, origin: string, rpcOrigin: string, code: string): string {
  const base = `${origin}${WEBHOOKS}`;
  const instance = `${base}/instances/INSTANCEID`;
  const required = requiredQuery(hub, code);
  const create = `${base}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName: hub,
    connectionName: null,
    creationUrls: {
      createNewInstancePostUri: `${create}?code=${code}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&code=${code}`,
    },
    managementUrls: {
      id: 'INSTANCEID',
      statusQueryGetUri: `${instance}?${required}`,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}?${required}`,
      terminatePostUri: `${instance}/terminate?reason={text}&${required}`,
      rewindPostUri: `${instance}/rewind?reason={text}&${required}`,
      purgeHistoryDeleteUri: `${instance}?${required}`,
      restartPostUri: `${instance}/restart?${required}`,
      suspendPostUri: `${instance}/suspend?reason={text}&${required}`,
      resumePostUri: `${instance}/resume?reason={text}&${required}`,
    },
    baseUrl: base,
    requiredQueryStringParameters: `code=${code}`,
    rpcBaseUrl: `${rpcOrigin}${RPC}`,
  });
}
