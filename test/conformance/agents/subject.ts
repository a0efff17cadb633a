/** An agent under test, and the control plane that it speaks to. */
import type { z } from 'zod';
import type { heartbeatSchema } from '../../../contract/heartbeat.ts';
import { PICTURE_ROUTE, pictureSchema } from '../../../contract/pictures.ts';
import type { Source } from '../../../contract/problems.ts';
import type { UserDataInput } from '../../../contract/user-data.ts';

export interface Beat {
  /** ms of the agent's clock. */
  at: number;
  url: string;
  authorization: string | undefined;
  said: z.output<typeof heartbeatSchema>;
}

/** Answers as told and keeps what it was sent. */
export class ControlPlane {
  readonly beats: Beat[] = [];
  /** When pictures came, ms of the agent's clock. */
  readonly pictures: number[] = [];
  /** What each of them is answered. */
  wantsPictures = true;
  status = 200;
  body: string = JSON.stringify({ streaming: false, scene: 'programme', intervalSeconds: 10 });

  reply(wanted: object): void {
    this.status = 200;
    this.body = JSON.stringify({ streaming: true, scene: 'programme', intervalSeconds: 10, ...wanted });
  }
  refuse(status: number, body = '{}'): void {
    this.status = status;
    this.body = body;
  }
  take(at: number, url: string, authorization: string | undefined, body: string): { status: number; body: string } {
    if (new URL(url).pathname === `/${PICTURE_ROUTE}`) {
      pictureSchema.parse(JSON.parse(body));
      if (authorization) this.pictures.push(at);
      return { status: 200, body: JSON.stringify({ wanted: this.wantsPictures }) };
    }
    this.beats.push({ at, url, authorization, said: JSON.parse(body) });
    return { status: this.status, body: this.body };
  }
  get last(): Beat['said'] | undefined {
    return this.beats.at(-1)?.said;
  }
  /** Seconds between the latest heartbeats, the newest last. */
  gaps(count: number): number[] {
    const times = this.beats.slice(-count - 1).map(({ at }) => at);
    return times.slice(1).map((at, index) => Math.round((at - (times[index] ?? 0)) / 1000));
  }
}

/** A secret that is there and not given. */
export const REFUSED = Symbol('refused');

export interface Subject {
  /** Sets a secret of the vault, takes it away, or lets the vault refuse it. */
  secret(name: 'streamKey' | 'agentToken', value: string | undefined | typeof REFUSED): Promise<void>;
  /** What sends a source begins to send, or ends. */
  sends(source: Source, yes: boolean): Promise<void>;
  /** The mixing program ends for good; absent where there is none. */
  breakProgram?(): Promise<void>;
  /** How often it was restarted because it was asked for. */
  restarts(): number;
  /** Lets seconds of the agent's clock pass. */
  pass(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** Begins an agent whose two sources send and whose secrets are there. It may fail where the userData cannot be used. */
export type Start = (plane: ControlPlane, more?: Partial<Record<keyof UserDataInput, unknown>>) => Promise<Subject>;

export const DEPLOYMENT = 'demo-abc-def';
export const SECRETS = {
  streamKey: `${DEPLOYMENT}-stream-french`,
  agentToken: `${DEPLOYMENT}-agent`,
  egress: `${DEPLOYMENT}-egress`,
};

export const userDataOf = (more: object = {}) => ({
  ...{ v: 1, deploymentId: DEPLOYMENT, event: 'demo', language: 'french', controlPlaneUrl: 'http://127.0.0.1:7071' },
  ...{ heartbeatSeconds: 10, vaultUrl: 'https://mixers.vault.azure.net', secrets: SECRETS },
  programme: { host: 'demo-relay.westeurope.azurecontainer.io', port: 9996 },
  slides: { host: 'demo-slides.westeurope.azurecontainer.io', port: 9996 },
  ...more,
});
