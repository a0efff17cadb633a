/** Where the extension cannot run its suites are skipped, and say why; in CI nothing is skipped. */
export function expected(reason: string | undefined): string | undefined {
  if (reason && process.env.CI) throw new Error(`The durable extension must run in CI, but ${reason}`);
  if (reason) console.warn(`skipped: ${reason}`);
  return reason;
}
