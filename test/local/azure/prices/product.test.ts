/** The product's price table and the simulator's are two tables of the same prices: neither may import the other. */
import { describe, expect, it } from 'vitest';
import { containerHour, diskHour, machineHour, publicIpHour } from '../../../../domain/plan/prices.ts';
import { VM_SIZES } from '../../../../local/azure/compute/sizes.ts';
import { diskMeter, pricePerHour, vmMeter } from '../../../../local/azure/prices/meters.ts';
import { PRICED_REGIONS } from '../../../../local/azure/prices/table.ts';

const REGIONS = [...PRICED_REGIONS, 'italynorth'];
const of = (meter: string | undefined, region: string) => pricePerHour(meter ?? '', region) ?? Number.NaN;

describe.each(REGIONS)('prices in %s', (region) => {
  it.each([false, true])('of machines, spot %s', (spot) => {
    const differ = VM_SIZES.filter(({ name }) => {
      const price = pricePerHour(vmMeter(name, 'Windows', spot).meter, region);
      return price !== undefined && Math.abs(machineHour(name, spot, region) / price - 1) > 0.001;
    });
    expect(differ.map(({ name }) => name)).toEqual([]);
  });
  it.each([30, 127, 128, 129, 256, 1024])('of disks of %s GB', (gb) => {
    const [meter] = diskMeter('StandardSSD_LRS', gb);
    expect(diskHour(gb, region)).toBeCloseTo(of(meter?.meter, region), 8);
  });
  it('of containers and addresses', () => {
    const cpu = of('Standard vCPU Duration', region);
    const memory = of('Standard Memory Duration', region);
    expect(containerHour(2, 4, region)).toBeCloseTo(2 * cpu + 4 * memory, 8);
    expect(publicIpHour(region)).toBeCloseTo(of('Standard IPv4 Static Public IP', region), 8);
  });
});
