/** What a person or program asks of an existing event; deploy itself starts the lifecycle. */
export type Command =
  | { command: 'teardown' }
  /** `until` ISO 8601; `ttlSeconds` counts from the creation of the group. Exactly one. */
  | { command: 'extend'; until?: string; ttlSeconds?: number }
  /** Stream keys of added languages are in the vault before the command is sent. */
  | {
      command: 'languages';
      add: string[];
      remove: string[];
      keysGiven: boolean;
      /** Of added ones: how they are mixed, where it is not the usual way. */
      mixing?: Record<string, string>;
      /** Of added ones: which sound of the programme they get, where it is not the usual one. */
      audio?: Record<string, string>;
    }
  | { command: 'pause' }
  | { command: 'resume' }
  /** Make the event anew in the next region of its request; what stands in the lost one is removed when it can be. */
  | { command: 'relocate' }
  /** So many of a counted component. */
  | { command: 'scale'; component: string; count: number }
  /** Another image for a component, in the container group it has. */
  | { command: 'replace'; component: string; image: string }
  | { command: 'remediate'; component: string; rung?: 'restart' | 'redeploy' | 'recreate' };

export type CommandName = 'deploy' | Command['command'];

/** How doors name people who write in Teams, before their name: what came of a command is answered there. */
export const TEAMS = 'teams:';
