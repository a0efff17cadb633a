/**
 * VM sizes as data: what `resourceSkus`, `vmSizes`, quotas and prices are made of.
 *
 * Numbers are those of the size pages of Microsoft Learn ("Sizes for virtual machines in Azure"); family names are the ones
 * `Microsoft.Compute/locations/{l}/usages` uses as quota names.
 */
export interface VmSize {
  name: string;
  /** Quota name; `virtualMachines.family` of a SKU. */
  family: string;
  vCpus: number;
  memoryGb: number;
  maxDataDisks: number;
  maxNics: number;
  /** Temporary disk in MiB; 0 for sizes without one. */
  tempDiskMb: number;
}

interface Family {
  family: string;
  /** Size names with `#` standing for the vCPU count. */
  pattern: string;
  /** vCPU counts on offer. */
  counts: readonly number[];
  gbPerVcpu: number;
  tempGbPerVcpu: number;
}

const FAMILIES: readonly Family[] = [
  {
    family: 'standardDv3Family',
    pattern: 'Standard_D#_v3',
    counts: [2, 4, 8, 16],
    gbPerVcpu: 4,
    tempGbPerVcpu: 25,
  },
  {
    family: 'standardDv5Family',
    pattern: 'Standard_D#_v5',
    counts: [2, 4, 8, 16],
    gbPerVcpu: 4,
    tempGbPerVcpu: 0,
  },
  {
    family: 'standardDADSv5Family',
    pattern: 'Standard_D#ads_v5',
    counts: [2, 4, 8, 16],
    gbPerVcpu: 4,
    tempGbPerVcpu: 37.5,
  },
  {
    family: 'standardBsv2Family',
    pattern: 'Standard_B#s_v2',
    counts: [2, 4, 8, 16],
    gbPerVcpu: 4,
    tempGbPerVcpu: 0,
  },
  {
    family: 'standardDSv3Family',
    pattern: 'Standard_D#s_v3',
    counts: [2, 4, 8, 16, 32],
    gbPerVcpu: 4,
    tempGbPerVcpu: 8,
  },
  {
    family: 'standardDSv4Family',
    pattern: 'Standard_D#s_v4',
    counts: [2, 4, 8, 16, 32],
    gbPerVcpu: 4,
    tempGbPerVcpu: 0,
  },
  {
    family: 'standardDSv5Family',
    pattern: 'Standard_D#s_v5',
    counts: [2, 4, 8, 16, 32],
    gbPerVcpu: 4,
    tempGbPerVcpu: 0,
  },
  {
    family: 'StandardDsv6Family',
    pattern: 'Standard_D#s_v6',
    counts: [2, 4, 8, 16, 32],
    gbPerVcpu: 4,
    tempGbPerVcpu: 0,
  },
  {
    family: 'standardDDSv5Family',
    pattern: 'Standard_D#ds_v5',
    counts: [2, 4, 8, 16],
    gbPerVcpu: 4,
    tempGbPerVcpu: 37.5,
  },
  { family: 'standardDASv4Family', pattern: 'Standard_D#as_v4', counts: [2, 4, 8, 16], gbPerVcpu: 4, tempGbPerVcpu: 8 },
  {
    family: 'standardDASv5Family',
    pattern: 'Standard_D#as_v5',
    counts: [2, 4, 8, 16, 32],
    gbPerVcpu: 4,
    tempGbPerVcpu: 0,
  },
  { family: 'standardESv3Family', pattern: 'Standard_E#s_v3', counts: [2, 4, 8, 16], gbPerVcpu: 8, tempGbPerVcpu: 16 },
  { family: 'standardESv5Family', pattern: 'Standard_E#s_v5', counts: [2, 4, 8, 16], gbPerVcpu: 8, tempGbPerVcpu: 0 },
  { family: 'standardFSv2Family', pattern: 'Standard_F#s_v2', counts: [2, 4, 8, 16], gbPerVcpu: 2, tempGbPerVcpu: 8 },
  {
    family: 'StandardNVADSA10v5Family',
    pattern: 'Standard_NV#ads_A10_v5',
    counts: [6, 12, 18, 36],
    gbPerVcpu: 55 / 6,
    tempGbPerVcpu: 30,
  },
  {
    family: 'Standard NCASv3_T4 Family',
    pattern: 'Standard_NC#as_T4_v3',
    counts: [4, 8, 16],
    gbPerVcpu: 7,
    tempGbPerVcpu: 44,
  },
];

/** Series whose names do not follow their vCPU counts. */
const NAMED: readonly [name: string, family: string, vCpus: number, memoryGb: number][] = [
  ['Standard_B1s', 'standardBSFamily', 1, 1],
  ['Standard_B1ms', 'standardBSFamily', 1, 2],
  ['Standard_B2s', 'standardBSFamily', 2, 4],
  ['Standard_B2ms', 'standardBSFamily', 2, 8],
  ['Standard_B4ms', 'standardBSFamily', 4, 16],
  ['Standard_B8ms', 'standardBSFamily', 8, 32],
  ['Standard_DS1_v2', 'standardDSv2Family', 1, 3.5],
  ['Standard_DS2_v2', 'standardDSv2Family', 2, 7],
  ['Standard_DS3_v2', 'standardDSv2Family', 4, 14],
  ['Standard_DS4_v2', 'standardDSv2Family', 8, 28],
  ['Standard_DS5_v2', 'standardDSv2Family', 16, 56],
];

export const VM_SIZES: readonly VmSize[] = [
  ...NAMED.map(([name, family, vCpus, memoryGb]) => ({
    name,
    family,
    vCpus,
    memoryGb,
    maxDataDisks: Math.max(2, vCpus * 2),
    maxNics: Math.max(2, Math.min(4, vCpus)),
    tempDiskMb: memoryGb * 2 * 1024 + (memoryGb < 4 ? 2048 : 0),
  })),
  ...FAMILIES.flatMap((family) =>
    family.counts.map((vCpus) => ({
      name: family.pattern.replace('#', String(vCpus)),
      family: family.family,
      vCpus,
      memoryGb: Math.round(family.gbPerVcpu * vCpus),
      maxDataDisks: Math.min(32, vCpus * 2),
      maxNics: Math.min(8, Math.max(2, vCpus / 2)),
      tempDiskMb: Math.round(family.tempGbPerVcpu * vCpus * 1024),
    })),
  ),
];

const BY_NAME = new Map(VM_SIZES.map((size) => [size.name.toLowerCase(), size]));

/** The size called `name` (case-insensitive, as ARM compares), or undefined when Azure has no such size. */
export const vmSize = (name: string): VmSize | undefined => BY_NAME.get(name.toLowerCase());
