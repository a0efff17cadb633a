/** Bodies of container groups for tests. */
import type { ContainerGroup } from '@azure/arm-containerinstance';

export const relay = (more: Partial<ContainerGroup> = {}): ContainerGroup => ({
  location: 'westeurope',
  osType: 'Linux',
  restartPolicy: 'Always',
  containers: [
    {
      name: 'relay',
      image: 'nginx:1.29',
      resources: { requests: { cpu: 1, memoryInGB: 1.5 } },
      ports: [
        { port: 9996, protocol: 'UDP' },
        { port: 8080, protocol: 'TCP' },
      ],
      environmentVariables: [
        { name: 'OPEN', value: 'yes' },
        { name: 'PASSPHRASE', secureValue: 'canary-4711' },
      ],
    },
  ],
  ipAddress: {
    type: 'Public',
    dnsNameLabel: 'demo-relay',
    ports: [
      { port: 9996, protocol: 'UDP' },
      { port: 8080, protocol: 'TCP' },
    ],
  },
  ...more,
});
