/** The few marketplace images that people start VMs from, as data, and the catalogue calls `az vm create --image` makes. */
import { ArmError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Route } from '../core/provider.ts';

export interface PlatformImage {
  publisher: string;
  offer: string;
  sku: string;
  /** Oldest first. */
  versions: readonly string[];
  os: 'Windows' | 'Linux';
  diskGb: number;
}

export const PLATFORM_IMAGES: readonly PlatformImage[] = [
  ['2025-datacenter-azure-edition', '26100.32860.260910'],
  ['2022-datacenter-azure-edition', '20348.4648.260910'],
  ['2022-datacenter-g2', '20348.4648.260910'],
  ['2022-Datacenter', '20348.4648.260910'],
  ['2019-Datacenter', '17763.8389.260910'],
  ['2016-Datacenter', '14393.9060.260910'],
]
  .map(
    ([sku = '', version = '']): PlatformImage => ({
      publisher: 'MicrosoftWindowsServer',
      offer: 'WindowsServer',
      sku,
      versions: [version],
      os: 'Windows',
      diskGb: 127,
    }),
  )
  .concat([
    {
      publisher: 'MicrosoftWindowsDesktop',
      offer: 'windows-11',
      sku: 'win11-24h2-pro',
      versions: ['26100.6725.260910'],
      os: 'Windows',
      diskGb: 127,
    },
    {
      publisher: 'Canonical',
      offer: 'ubuntu-24_04-lts',
      sku: 'server',
      versions: ['24.04.202609100'],
      os: 'Linux',
      diskGb: 30,
    },
    {
      publisher: 'Canonical',
      offer: '0001-com-ubuntu-server-jammy',
      sku: '22_04-lts-gen2',
      versions: ['22.04.202609100'],
      os: 'Linux',
      diskGb: 30,
    },
    {
      publisher: 'Canonical',
      offer: '0001-com-ubuntu-server-jammy',
      sku: '22_04-lts',
      versions: ['22.04.202609100'],
      os: 'Linux',
      diskGb: 30,
    },
    {
      publisher: 'Canonical',
      offer: 'UbuntuServer',
      sku: '18.04-LTS',
      versions: ['18.04.202401161'],
      os: 'Linux',
      diskGb: 30,
    },
    { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', versions: ['0.20260903.2224'], os: 'Linux', diskGb: 30 },
  ]);

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The image and the exact version that `latest` stands for. */
export function platformImage(
  publisher: string,
  offer: string,
  sku: string,
  version: string,
): { image: PlatformImage; version: string } | undefined {
  const image = PLATFORM_IMAGES.find(
    (one) => same(one.publisher, publisher) && same(one.offer, offer) && same(one.sku, sku),
  );
  const exact = same(version, 'latest') ? image?.versions.at(-1) : image?.versions.find((one) => one === version);
  return image && exact ? { image, version: exact } : undefined;
}

const LOCATION = '/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}';
const SKUS = `${LOCATION}/publishers/{publisher}/artifacttypes/vmimage/offers/{offer}/skus`;

/** Answers of this catalogue are bare arrays. */
const names = (params: Record<string, string>, values: string[]): Json =>
  [...new Set(values)].map((name): JsonObject => ({ name, id: name, location: params.location ?? '' }));

const of = (params: Record<string, string>): readonly PlatformImage[] =>
  PLATFORM_IMAGES.filter(
    (one) =>
      (!params.publisher || same(one.publisher, params.publisher)) &&
      (!params.offer || same(one.offer, params.offer)) &&
      (!params.sku || same(one.sku, params.sku)),
  );

export const marketplaceRoutes: Route<never>[] = [
  {
    method: 'GET',
    path: `${LOCATION}/publishers`,
    apiVersions: 'any',
    handle: ({ params }) => ({
      status: 200,
      body: names(
        params,
        of(params).map((one) => one.publisher),
      ),
    }),
  },
  {
    method: 'GET',
    path: `${LOCATION}/publishers/{publisher}/artifacttypes/vmimage/offers`,
    apiVersions: 'any',
    handle: ({ params }) => ({
      status: 200,
      body: names(
        params,
        of(params).map((one) => one.offer),
      ),
    }),
  },
  {
    method: 'GET',
    path: SKUS,
    apiVersions: 'any',
    handle: ({ params }) => ({
      status: 200,
      body: names(
        params,
        of(params).map((one) => one.sku),
      ),
    }),
  },
  {
    method: 'GET',
    path: `${SKUS}/{sku}/versions`,
    apiVersions: 'any',
    handle: ({ params }) => ({
      status: 200,
      body: names(
        params,
        of(params).flatMap((one) => one.versions),
      ),
    }),
  },
  {
    method: 'GET',
    path: `${SKUS}/{sku}/versions/{version}`,
    apiVersions: 'any',
    handle({ params }) {
      const { publisher = '', offer = '', sku = '', version = '' } = params;
      const found = platformImage(publisher, offer, sku, version);
      if (!found)
        throw new ArmError(
          404,
          'NotFound',
          `Artifact: VMImage was not found for ${publisher}:${offer}:${sku}:${version}.`,
        );
      const body: JsonObject = {
        name: found.version,
        id: `${version}`,
        location: params.location,
        properties: {
          hyperVGeneration: 'V2',
          architecture: 'x64',
          osDiskImage: { operatingSystem: found.image.os, sizeInGb: found.image.diskGb },
          dataDiskImages: [],
        },
      };
      return { status: 200, body };
    },
  },
];
