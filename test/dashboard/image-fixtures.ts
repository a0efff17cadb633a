/** Images as the control plane tells of them. */
import type { Build, BuildScheduleView } from '../../contract/api/image-builds.ts';
import type { Image, ImageVersion } from '../../contract/api/images.ts';

const REGIONS = [
  { region: 'westeurope', state: 'Completed' },
  { region: 'northeurope', state: 'Replicating', progress: 60 },
];
/** An image that is everywhere. */
const FAR = ['eastus', 'eastus2', 'centralus', 'westus', 'westus2', 'westus3', 'uksouth', 'francecentral'].map(
  (region) => ({ region, state: 'Completed' }),
);
const version = (name: string, more: Partial<ImageVersion>): ImageVersion => ({
  version: name,
  osState: 'generalised',
  state: 'Succeeded',
  proved: true,
  current: false,
  createdAt: '2026-11-20T03:30:00Z',
  regions: REGIONS,
  usedBy: [],
  ...more,
});

export const IMAGES: Image[] = [
  {
    image: 'mixer',
    kind: 'machine',
    reference:
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images/providers/Microsoft.Compute/galleries/streaming/images/mixer',
    pinned: true,
    current: '1.4.0',
    rollback: '1.3.2',
    versions: [
      version('1.4.0', { current: true, usedBy: ['congress'] }),
      version('1.4.0', { osState: 'specialised' }),
      version('1.3.2', { regions: FAR }),
      version('1.3.1', { proved: false }),
    ],
    pins: [{ event: 'worship', version: '1.3.2' }],
  },
  {
    image: 'relay',
    kind: 'containers',
    reference: 'streamcontrol.azurecr.io/relay:2',
    pinned: false,
    current: '2',
    rollback: null,
    versions: [
      { version: '2', state: 'Succeeded', proved: null, current: true, regions: [], usedBy: ['congress', 'worship'] },
    ],
    pins: [],
  },
];

const build = (version: string, more: Partial<Build>): Build => ({
  buildId: `build-${version}`,
  image: 'mixer',
  version,
  from: null,
  state: 'done',
  by: 'alex@example.org',
  acceptedAt: '2026-11-25T03:30:00Z',
  endedAt: '2026-11-25T04:21:00Z',
  phase: null,
  detail: null,
  progress: 1,
  error: null,
  journal: [{ at: '2026-11-25T03:30:00Z', code: 'begun', text: 'building 1.4.0' }],
  cost: { total: 0.2, currency: 'USD', pricesAsOf: '2026-11-01' },
  versions: [],
  certificate: {
    existed: [{ id: '/a', type: 'Microsoft.Compute/virtualMachines', name: 'build' }],
    remains: [],
    verifiedAt: '2026-11-25T04:21:00Z',
  },
  ...more,
});
export const BUILDS: Build[] = [
  build('1.5.0', {
    ...{ state: 'running', endedAt: null, phase: 'boot', detail: 'a machine starts', progress: 0.4 },
    ...{ cost: null, certificate: null },
  }),
  build('1.4.1', {
    state: 'failed',
    error: { code: 'ImageBuilderFailed', message: 'OBS does not start', advice: 'look at the build’s log' },
  }),
  build('1.4.0', {}),
];
export const BUILD_SCHEDULE: BuildScheduleView = {
  ...{ image: 'mixer', days: ['wednesday'], at: '03:30', timeZone: 'Europe/Zurich' },
  ...{ next: '2026-12-02T02:30:00Z', by: 'alex@example.org' },
  last: { occurrence: '2026-11-25T02:30:00Z', buildId: 'build-1.4.0' },
};
