/** The management API of an engine on a loopback port, for apps whose activities use a durable client. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DurableEngine } from '../../../local/durable/ports.ts';

export interface Bridge {
  /** Text for durableClient inputs. */
  clientInput: () => string;
  connect(engine: DurableEngine): void;
  close(): Promise<void>;
}

export async function openBridge(): Promise<Bridge> {
  let engine: DurableEngine | undefined;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await engine?.manage({
      method: request.method ?? 'GET',
      path: url.pathname.replace('/durabletask', ''),
      query: url.searchParams,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body,
      baseUrl: `${url.origin}/durabletask`,
      requiredQuery: 'code=K',
    });
    response.writeHead(answer?.status ?? 503, answer?.headers ?? {}).end(answer?.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/durabletask/`;
  return {
    clientInput: () =>
      JSON.stringify({
        taskHubName: 'RealHub30',
        creationUrls: {},
        managementUrls: { id: 'INSTANCEID', statusQueryGetUri: `${base}instances/INSTANCEID` },
        baseUrl: base,
        requiredQueryStringParameters: 'code=K',
        rpcBaseUrl: base,
      }),
    connect: (one) => {
      engine = one;
    },
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}
