/** Power of a machine, from its instance view. */

export interface View {
  statuses?: { code?: string | undefined; time?: Date | undefined }[] | undefined;
}

/**
 * Power as Azure says it (`running`, `deallocated`), undefined where it says nothing yet; and of a deallocated machine since when, ms since
 * the epoch. Azure gives power no time: the state of provisioning has that of the last operation, which deallocated it. That an eviction
 * is such an operation is not documented; a time before the machine was ready is therefore ignored (domain/lifecycle/ledger.ts).
 */
export function powerOf(view: View | undefined): { power?: string; offAt?: number } {
  const code = view?.statuses?.find((status) => status.code?.startsWith('PowerState/'))?.code;
  if (code === undefined) return {};
  const power = code.slice('PowerState/'.length);
  const done = view?.statuses?.find((status) => status.code === 'ProvisioningState/succeeded')?.time?.getTime();
  return power === 'deallocated' && done !== undefined ? { power, offAt: done } : { power };
}
