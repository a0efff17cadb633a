export { ensureError, HostError } from '../errors.ts';

/** The process that ran a function has ended (azure-functions-host WorkerProcess.cs, OnProcessExited). */
export class WorkerExit extends Error {
  override name = 'WorkerProcessExitException';

  /** @param code of a process that a signal ended: 128 and the signal's number */
  constructor(code: number) {
    super(`node exited with code ${code} (0x${code.toString(16).toUpperCase()})`);
    this.stack = this.message;
  }
}
