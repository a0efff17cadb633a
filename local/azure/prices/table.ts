/**
 * Dated fallback prices, pay-as-you-go, US dollars, East US. The live source is https://prices.azure.com/api/retail/prices;
 * this table is what its simulated double answers from and what the meter bills with.
 *
 * Rows were taken 2026-08-27 from public queries of that API (Container Instances) and from public price tables (virtual machines, disks,
 * addresses); a Windows VM is its Linux price plus the licence of 0.046 per vCPU and hour.
 */
import { VM_SIZES } from '../compute/sizes.ts';

export const PRICES_DATED = '2026-08-27T00:00:00Z';

export interface PriceRow {
  serviceName: string;
  productName: string;
  skuName: string;
  meterName: string;
  armSkuName: string;
  unitOfMeasure: '1 Hour' | '1 GB Hour' | '1/Month' | '1 GB';
  /** East US, USD, per unit. */
  retailPrice: number;
}

const WINDOWS_LICENCE_PER_VCPU = 0.046;
/** Share of the price that a spot VM pays; the real one floats with demand. */
const SPOT_SHARE = 0.2;

/** Linux price per vCPU and hour by size pattern, for the series whose price is linear in vCPUs. */
const PER_VCPU: readonly [pattern: RegExp, price: number, product: string][] = [
  [/^Standard_DS\d+_v2$/, 0.073, 'DSv2 Series'],
  [/^Standard_D\d+_v3$/, 0.048, 'Dv3 Series'],
  [/^Standard_D\d+_v5$/, 0.048, 'Dv5 Series'],
  [/^Standard_D\d+ads_v5$/, 0.0515, 'Dadsv5 Series'],
  [/^Standard_B\d+s_v2$/, 0.0416, 'Bsv2 Series'],
  [/^Standard_D\d+s_v3$/, 0.048, 'Dsv3 Series'],
  [/^Standard_D\d+s_v4$/, 0.048, 'Dsv4 Series'],
  [/^Standard_D\d+s_v5$/, 0.048, 'Dsv5 Series'],
  [/^Standard_D\d+s_v6$/, 0.0505, 'Dsv6 Series'],
  [/^Standard_D\d+ds_v5$/, 0.0565, 'Ddsv5 Series'],
  [/^Standard_D\d+as_v4$/, 0.048, 'Dasv4 Series'],
  [/^Standard_D\d+as_v5$/, 0.043, 'Dasv5 Series'],
  [/^Standard_E\d+s_v3$/, 0.063, 'Esv3 Series'],
  [/^Standard_E\d+s_v5$/, 0.063, 'Esv5 Series'],
  [/^Standard_F\d+s_v2$/, 0.0423, 'FSv2 Series'],
  [/^Standard_NV\d+ads_A10_v5$/, 0.0757, 'NVadsA10v5 Series'],
  [/^Standard_NC\d+as_T4_v3$/, 0.1315, 'NCasT4v3 Series'],
];
const B_SERIES: Readonly<Record<string, readonly [linux: number, windows: number]>> = {
  Standard_B1s: [0.0104, 0.0144],
  Standard_B1ms: [0.0207, 0.0247],
  Standard_B2s: [0.0416, 0.0496],
  Standard_B2ms: [0.0832, 0.0912],
  Standard_B4ms: [0.166, 0.182],
  Standard_B8ms: [0.333, 0.365],
};

const round = (price: number) => Math.round(price * 1e6) / 1e6;

function vmPrices(name: string, vCpus: number): { linux: number; windows: number; product: string } | undefined {
  const b = B_SERIES[name];
  if (b) return { linux: b[0], windows: b[1], product: 'BS Series' };
  const row = PER_VCPU.find(([pattern]) => pattern.test(name));
  if (!row) return undefined;
  const linux = round(row[1] * vCpus);
  return { linux, windows: round(linux + WINDOWS_LICENCE_PER_VCPU * vCpus), product: row[2] };
}

const vmRows: PriceRow[] = VM_SIZES.flatMap((size) => {
  const price = vmPrices(size.name, size.vCpus);
  if (!price) return [];
  const skuName = size.name.replace(/^Standard_/, '').replaceAll('_', ' ');
  return (['Linux', 'Windows'] as const).flatMap((os) =>
    [false, true].map((spot): PriceRow => {
      const full = os === 'Linux' ? price.linux : price.windows;
      return {
        serviceName: 'Virtual Machines',
        productName: `Virtual Machines ${price.product}${os === 'Windows' ? ' Windows' : ''}`,
        skuName: spot ? `${skuName} Spot` : skuName,
        meterName: spot ? `${skuName} Spot` : skuName,
        armSkuName: size.name,
        unitOfMeasure: '1 Hour',
        retailPrice: spot ? round(full * SPOT_SHARE) : full,
      };
    }),
  );
});

const container = (meterName: string, unitOfMeasure: PriceRow['unitOfMeasure'], retailPrice: number): PriceRow => ({
  serviceName: 'Container Instances',
  productName: 'Container Instances',
  skuName: 'Standard',
  meterName,
  armSkuName: '',
  unitOfMeasure,
  retailPrice,
});

/** Managed disk tiers: name, size it holds in GiB, price per month. */
export const DISK_TIERS: readonly {
  sku: 'Premium_LRS' | 'StandardSSD_LRS' | 'Standard_LRS';
  tier: string;
  gb: number;
  perMonth: number;
}[] = [
  { sku: 'Premium_LRS', tier: 'P4', gb: 32, perMonth: 5.28 },
  { sku: 'Premium_LRS', tier: 'P6', gb: 64, perMonth: 10.21 },
  { sku: 'Premium_LRS', tier: 'P10', gb: 128, perMonth: 19.71 },
  { sku: 'Premium_LRS', tier: 'P15', gb: 256, perMonth: 38.02 },
  { sku: 'Premium_LRS', tier: 'P20', gb: 512, perMonth: 73.22 },
  { sku: 'Premium_LRS', tier: 'P30', gb: 1024, perMonth: 135.17 },
  { sku: 'StandardSSD_LRS', tier: 'E4', gb: 32, perMonth: 2.4 },
  { sku: 'StandardSSD_LRS', tier: 'E6', gb: 64, perMonth: 4.8 },
  { sku: 'StandardSSD_LRS', tier: 'E10', gb: 128, perMonth: 9.6 },
  { sku: 'StandardSSD_LRS', tier: 'E15', gb: 256, perMonth: 19.2 },
  { sku: 'StandardSSD_LRS', tier: 'E20', gb: 512, perMonth: 38.4 },
  { sku: 'StandardSSD_LRS', tier: 'E30', gb: 1024, perMonth: 76.8 },
  { sku: 'Standard_LRS', tier: 'S4', gb: 32, perMonth: 1.54 },
  { sku: 'Standard_LRS', tier: 'S6', gb: 64, perMonth: 3.01 },
  { sku: 'Standard_LRS', tier: 'S10', gb: 128, perMonth: 5.89 },
  { sku: 'Standard_LRS', tier: 'S15', gb: 256, perMonth: 11.33 },
  { sku: 'Standard_LRS', tier: 'S20', gb: 512, perMonth: 21.76 },
  { sku: 'Standard_LRS', tier: 'S30', gb: 1024, perMonth: 40.96 },
];
const DISK_PRODUCT = {
  Premium_LRS: 'Premium SSD Managed Disks',
  StandardSSD_LRS: 'Standard SSD Managed Disks',
  Standard_LRS: 'Standard HDD Managed Disks',
} as const;

export const PRICE_ROWS: readonly PriceRow[] = [
  ...vmRows,
  container('Standard vCPU Duration', '1 Hour', 0.0405),
  container('Standard Memory Duration', '1 GB Hour', 0.00445),
  ...DISK_TIERS.map(
    (disk): PriceRow => ({
      serviceName: 'Storage',
      productName: DISK_PRODUCT[disk.sku],
      skuName: `${disk.tier} LRS`,
      meterName: `${disk.tier} LRS Disk`,
      armSkuName: '',
      unitOfMeasure: '1/Month',
      retailPrice: disk.perMonth,
    }),
  ),
  {
    serviceName: 'Virtual Network',
    productName: 'IP Addresses',
    skuName: 'Standard',
    meterName: 'Standard IPv4 Static Public IP',
    armSkuName: '',
    unitOfMeasure: '1 Hour',
    retailPrice: 0.005,
  },
  {
    serviceName: 'Virtual Network',
    productName: 'NAT Gateway',
    skuName: 'Standard',
    meterName: 'Standard Gateway',
    armSkuName: '',
    unitOfMeasure: '1 Hour',
    retailPrice: 0.045,
  },
  {
    serviceName: 'Bandwidth',
    productName: 'Rtn Preference: MGN',
    skuName: 'Standard',
    meterName: 'Standard Data Transfer Out',
    armSkuName: '',
    unitOfMeasure: '1 GB',
    retailPrice: 0.087,
  },
];

/** What a region costs relative to East US; rounded from public price comparisons, 1 where nothing is known. */
const REGION_FACTOR: Readonly<Record<string, number>> = {
  eastus: 1,
  eastus2: 1,
  westus2: 1,
  westus3: 1,
  centralus: 1.05,
  northeurope: 1.1,
  westeurope: 1.15,
  uksouth: 1.15,
  francecentral: 1.15,
  germanywestcentral: 1.15,
  swedencentral: 1.05,
  switzerlandnorth: 1.25,
  brazilsouth: 1.6,
};

/** @param region ARM name, such as `westeurope` */
export const regionFactor = (region: string): number => REGION_FACTOR[region] ?? 1;
export const PRICED_REGIONS: readonly string[] = Object.keys(REGION_FACTOR);
