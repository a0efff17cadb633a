/** Requests under way at once: enough for 50 languages in seconds, far below the limits of vaults and of the durable client. */
const WIDTH = 8;

/** Runs `work` for every item, a few at a time; the first error ends it. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(WIDTH, items.length) }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
