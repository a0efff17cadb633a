/** The management API (durable extension HttpApiHandler.cs): routes a request to the operation on instances or entities. */

import type { ManagementRequest, ManagementResponse } from '../ports.ts';
import { type Change, NotWritten } from '../store/ports.ts';
import { empty, serverProblem, unavailable } from './answers.ts';
import type { ManageDeps } from './deps.ts';
import { entityRoute } from './entities.ts';
import { changeState, raiseEvent } from './messages.ts';
import { purge, purgeMany } from './purge.ts';
import { getStatus, list } from './queries.ts';
import { named } from './query-values.ts';
import { rewind } from './rewind.ts';
import { restart, start } from './start.ts';
import { Waiters } from './waiters.ts';

export class Management {
  #deps: ManageDeps;
  #waiters: Waiters;

  constructor(deps: Omit<ManageDeps, 'waiters'>) {
    this.#waiters = new Waiters(deps.clock);
    this.#deps = { ...deps, waiters: this.#waiters };
  }
  /** Something was written: those who wait for an instance may go on. */
  changed(change: Change): void {
    if (change.kind === 'turn' && change.ended) this.#waiters.ended(change.instance.id);
  }
  stop(): void {
    this.#waiters.stop();
  }
  async handle(request: ManagementRequest): Promise<ManagementResponse> {
    const release = this.#deps.clock.hold();
    try {
      const answer = await this.#route({ ...request, query: named(request.query) }, release);
      // Nobody may learn of something that a crash could still undo.
      await this.#deps.committer.durable();
      return answer;
    } catch (error) {
      if (error instanceof NotWritten) return unavailable();
      return serverProblem(error instanceof Error ? error.message : String(error), 'System.Exception');
    } finally {
      release();
    }
  }
  async #route(request: ManagementRequest, release: () => void): Promise<ManagementResponse> {
    const { method } = request;
    const [area, ...parts] = segments(request.path);
    const [first, second, third] = parts;
    switch (area?.toLowerCase()) {
      case 'orchestrators':
        if (method !== 'POST' || first === undefined || parts.length > 2) return empty(404);
        return start(this.#deps, request, first, second, release);
      case 'entities':
        return parts.length > 2 ? empty(404) : entityRoute(this.#deps, request, first, second);
      case 'makeprimary':
        return empty(method === 'POST' && parts.length === 0 ? 200 : 404);
      case 'instances':
        break;
      default:
        return empty(404);
    }
    if (first === undefined) {
      if (method === 'GET') return list(this.#deps, request);
      return method === 'DELETE' ? purgeMany(this.#deps, request) : empty(404);
    }
    if (second === undefined) {
      if (method === 'GET') return getStatus(this.#deps, request, first);
      return method === 'DELETE' ? purge(this.#deps, first) : empty(404);
    }
    if (method !== 'POST') return empty(404);
    const operation = second.toLowerCase();
    if (operation === 'raiseevent' && third !== undefined && parts.length === 3) {
      return raiseEvent(this.#deps, request, first, third);
    }
    if (parts.length > 2) return empty(404);
    switch (operation) {
      case 'terminate':
      case 'suspend':
      case 'resume':
        return changeState(this.#deps, request, first, operation);
      case 'rewind':
        return rewind(this.#deps, request, first);
      case 'restart':
        return restart(this.#deps, request, first, release);
      default:
        return empty(404);
    }
  }
}

/** Decoded parts of the path; an escaped slash stays escaped, as in ASP.NET, and so does what is malformed. */
function segments(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part.replace(/%2f/gi, (slash) => `%25${slash.slice(1)}`));
      } catch {
        return part;
      }
    });
}
