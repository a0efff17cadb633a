/** What was applied since the last flush. Reads look through it, a flush turns it into a batch; what came and went in between is never written. */
import { type Batch, newBatch } from './batch.ts';
import type { Activity, Instance, StoredAlarm, StoredMessage } from './ports.ts';

/** A row of the inbox or of the activities, which are all in memory too; `gone` before it was written means it never will be. */
export interface Kept<R> {
  row: R;
  state: 'new' | 'written' | 'gone';
}

export class Layer {
  empty = true;
  /** Undefined: deleted. */
  readonly instances = new Map<string, Instance | undefined>();
  /** Instances whose older history goes. */
  readonly forgotten = new Set<string>();
  readonly appended = new Map<string, { from: number; text: string }[]>();
  /** Instances whose older alarms go. */
  readonly silenced = new Set<string>();
  /** By sequence number. */
  readonly fired = new Set<number>();
  /** By owner, then sequence number. */
  readonly alarms = new Map<string, Map<number, StoredAlarm>>();
  readonly #posted: Kept<StoredMessage>[] = [];
  readonly #scheduled: Kept<Activity>[] = [];
  readonly #batch = newBatch();

  put(id: string, instance: Instance | undefined): void {
    this.empty = false;
    this.instances.set(id, instance);
  }
  append(id: string, from: number, text: string): void {
    this.empty = false;
    const mine = this.appended.get(id);
    if (mine) mine.push({ from, text });
    else this.appended.set(id, [{ from, text }]);
  }
  forget(id: string): void {
    this.empty = false;
    this.appended.delete(id);
    this.forgotten.add(id);
  }
  addAlarm(alarm: StoredAlarm): void {
    this.empty = false;
    const mine = this.alarms.get(alarm.instanceId);
    if (mine) mine.set(alarm.seq, alarm);
    else this.alarms.set(alarm.instanceId, new Map([[alarm.seq, alarm]]));
  }
  fire({ instanceId, seq }: StoredAlarm): void {
    this.empty = false;
    if (!this.alarms.get(instanceId)?.delete(seq)) this.fired.add(seq);
  }
  silence(id: string): void {
    this.empty = false;
    this.alarms.delete(id);
    this.silenced.add(id);
  }
  post(message: Kept<StoredMessage>): void {
    this.empty = false;
    this.#posted.push(message);
  }
  take(message: Kept<StoredMessage>): void {
    this.empty = false;
    if (message.state === 'written') this.#batch.take.push(message.row.seq);
    message.state = 'gone';
  }
  schedule(activity: Kept<Activity>): void {
    this.empty = false;
    this.#scheduled.push(activity);
  }
  unschedule(activity: Kept<Activity>): void {
    this.empty = false;
    const { instanceId, executionId, taskId } = activity.row;
    if (activity.state === 'written') this.#batch.deleteActivity.push(instanceId, executionId, taskId);
    activity.state = 'gone';
  }

  /** Everything as rows; call once. */
  batch(): Batch {
    const batch = this.#batch;
    for (const id of this.forgotten) batch.deleteHistory.push(id);
    for (const id of this.silenced) batch.clearAlarms.push(id);
    for (const seq of this.fired) batch.deleteAlarm.push(seq);
    for (const [id, one] of this.instances) {
      if (!one) batch.deleteInstance.push(id);
      else {
        const { executionId, name, version, status, input, customStatus, output } = one;
        const { createdAt, updatedAt, generation, parent } = one;
        batch.put.push(id, executionId, name, version, status, input, customStatus, output);
        batch.put.push(createdAt, updatedAt, generation, parent);
      }
    }
    for (const [id, pieces] of this.appended) {
      for (const { from, text } of pieces) batch.append.push(id, from, text);
    }
    for (const message of this.#posted) {
      if (message.state === 'gone') continue;
      message.state = 'written';
      const { seq, instanceId, executionId, event } = message.row;
      batch.post.push(seq, instanceId, executionId, event);
    }
    for (const activity of this.#scheduled) {
      if (activity.state === 'gone') continue;
      activity.state = 'written';
      const { instanceId, executionId, taskId, name, input } = activity.row;
      batch.addActivity.push(instanceId, executionId, taskId, name, input);
    }
    for (const alarms of this.alarms.values()) {
      for (const { seq, instanceId, executionId, taskId, fireAt, message } of alarms.values()) {
        batch.addAlarm.push(seq, instanceId, executionId, taskId, fireAt);
        batch.addAlarm.push(message.instanceId, message.executionId, message.event);
      }
    }
    return batch;
  }
}
