/** Times in a row that a failed lifecycle is taken up again: what fails again after the same messages will fail for ever. */
export const TAKE_UPS = 3;

/**
 * Whether a lifecycle that broke will go on by itself. One that was terminated stays: somebody did that on purpose.
 * @param runtime how its instance ended
 * @param takeUps times in a row that it was taken up before
 */
export const isTakenUpAgain = (runtime: string, takeUps = 0): boolean => runtime === 'Failed' && takeUps < TAKE_UPS;
