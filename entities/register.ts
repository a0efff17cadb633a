/** Registers the durable entities. */
import * as df from 'durable-functions';
import type { Desired, Heartbeat } from '../contract/heartbeat.ts';
import { type Learned, learn, nothingLearned } from '../domain/plan/learned.ts';
import { runInput } from '../domain/plan/run.ts';
import { agentInputs, agentKeyOf, postedInputs, presenterInputs } from '../domain/seam/entity-inputs.ts';
import { mustBe } from '../domain/seam/input.ts';
import { indexEntry } from '../domain/seam/records.ts';
import { ports } from '../ports/index.ts';
import { AGENT, type AgentState, hear, newAgent, SKEW, type Verdict } from './agent.ts';
import { DRIFT, type DriftState, lookedSchema, remember } from './drift.ts';
import { EVENT_INDEX, emptyIndex, type IndexState, putEntry } from './event-index.ts';
import { registerImages } from './images.ts';
import { LEARNED } from './learned.ts';
import { LISTENING, type ListeningState, listen, listenInput } from './listening.ts';
import { nothingPosted, POSTED, type PostedState, post } from './posted.ts';
import { PRESENTER, type PresenterState } from './presenter.ts';
import { registerSchedules } from './schedules.ts';

export function registerEntities(): void {
  df.app.entity<IndexState>(EVENT_INDEX, ({ df: entity }) => {
    if (entity.operationName !== 'put') return;
    // The reaper and the list of events trust these entries.
    const entry: unknown = entity.getInput();
    mustBe(indexEntry, entry, 'list an event');
    entity.setState(putEntry(entity.getState(emptyIndex) as IndexState, entry));
  });
  df.app.entity<DriftState>(DRIFT, ({ df: entity }) => {
    if (entity.operationName !== 'looked') return;
    const looked: unknown = entity.getInput();
    mustBe(lookedSchema.array(), looked, 'remember a look at what stands');
    entity.setState(remember(entity.getState(() => ({})) as DriftState, looked));
  });
  df.app.entity<Learned>(LEARNED, ({ df: entity }) => {
    if (entity.operationName !== 'learn') return;
    const run: unknown = entity.getInput();
    mustBe(runInput, run, 'learn from a run');
    entity.setState(learn(entity.getState(nothingLearned) as Learned, run));
  });
  df.app.entity<ListeningState | undefined>(LISTENING, ({ df: entity }) => {
    if (entity.operationName !== 'listen') return;
    const now: unknown = entity.getInput();
    mustBe(listenInput, now, 'listen');
    // What is to come has not been heard.
    if (now <= ports().now() + SKEW) entity.setState(listen(entity.getState() as ListeningState | undefined, now));
  });
  df.app.entity<AgentState>(AGENT, ({ df: entity }) => {
    const state = entity.getState(newAgent) as AgentState;
    const { operationName } = entity;
    if (operationName === 'hear' || operationName === 'want' || operationName === 'tell')
      mustBe(agentInputs[operationName], entity.getInput(), `${operationName} an agent`);
    switch (operationName) {
      case 'hear':
        entity.setState(hear(state, entity.getInput<Heartbeat>() as Heartbeat, ports().now()));
        break;
      case 'want':
        entity.setState({ ...state, desired: { ...state.desired, ...entity.getInput<Partial<Desired>>() } });
        break;
      case 'tell':
        entity.setState({ ...state, told: entity.getInput<Verdict>() as Verdict });
        break;
      case 'forget':
        // The signal must name the deployment: a bare one must not delete an agent's memory.
        mustBe(agentKeyOf(entity.entityKey), entity.getInput(), 'forget an agent');
        entity.destructOnExit();
        break;
    }
  });
  df.app.entity<PresenterState>(PRESENTER, ({ df: entity }) => {
    const { operationName } = entity;
    if (operationName === 'want') {
      const wanted: unknown = entity.getInput();
      mustBe(presenterInputs.want, wanted, 'want a presenter');
      entity.setState(wanted);
    } else if (operationName === 'forget') {
      const deploymentId: unknown = entity.getInput();
      mustBe(presenterInputs.forget, deploymentId, 'forget a presenter');
      if (deploymentId === entity.entityKey) entity.destructOnExit();
    }
  });
  df.app.entity<PostedState>(POSTED, ({ df: entity }) => {
    const { operationName } = entity;
    if (operationName === 'post') {
      const message: unknown = entity.getInput();
      mustBe(postedInputs.post(entity.entityKey), message, 'keep a message');
      entity.setState(post(entity.getState(nothingPosted) as PostedState, message));
    } else if (operationName === 'forget') {
      const deploymentId: unknown = entity.getInput();
      mustBe(postedInputs.forget, deploymentId, 'forget messages');
      if (deploymentId === entity.entityKey) entity.destructOnExit();
    }
  });
  registerSchedules();
  registerImages();
}
