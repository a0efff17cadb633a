/** The parts of a VM's body that the simulator looks into; members it does not know are kept and echoed, as Azure does. */
import { z } from 'zod';

const deleteOption = z.string().nullish();
const disk = z.looseObject({
  name: z.string().nullish(),
  createOption: z.string().optional(),
  osType: z.string().nullish(),
  diskSizeGB: z.int().nullish(),
  caching: z.string().nullish(),
  deleteOption,
  managedDisk: z.looseObject({ id: z.string().nullish(), storageAccountType: z.string().nullish() }).nullish(),
});

export const vmProperties = z.looseObject({
  hardwareProfile: z.looseObject({ vmSize: z.string().optional() }).nullish(),
  storageProfile: z
    .looseObject({
      imageReference: z
        .looseObject({
          id: z.string().nullish(),
          publisher: z.string().nullish(),
          offer: z.string().nullish(),
          sku: z.string().nullish(),
          version: z.string().nullish(),
        })
        .nullish(),
      osDisk: disk.nullish(),
      dataDisks: z.array(disk.extend({ lun: z.int() })).nullish(),
    })
    .nullish(),
  osProfile: z
    .looseObject({
      computerName: z.string().nullish(),
      adminUsername: z.string().nullish(),
      adminPassword: z.string().nullish(),
      customData: z.string().nullish(),
      linuxConfiguration: z.looseObject({ disablePasswordAuthentication: z.boolean().nullish() }).nullish(),
    })
    .nullish(),
  networkProfile: z
    .looseObject({
      networkInterfaces: z
        .array(
          z.looseObject({
            id: z.string(),
            properties: z.looseObject({ primary: z.boolean().nullish(), deleteOption }).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
  securityProfile: z.looseObject({ securityType: z.string().nullish() }).nullish(),
  priority: z.string().nullish(),
  evictionPolicy: z.string().nullish(),
  userData: z.string().nullish(),
});
export type VmProperties = z.output<typeof vmProperties>;
