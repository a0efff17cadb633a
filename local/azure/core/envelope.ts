import type { KnownType } from './catalog.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { invalidContent } from './errors.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Resource } from './model.ts';
import type { ResourceType } from './provider.ts';

/** Public Azure regions that carry everything simulated here, by name. */
export const LOCATIONS: Record<string, string> = {
  eastus: 'East US',
  eastus2: 'East US 2',
  centralus: 'Central US',
  northcentralus: 'North Central US',
  southcentralus: 'South Central US',
  westus: 'West US',
  westus2: 'West US 2',
  westus3: 'West US 3',
  canadacentral: 'Canada Central',
  brazilsouth: 'Brazil South',
  northeurope: 'North Europe',
  westeurope: 'West Europe',
  uksouth: 'UK South',
  francecentral: 'France Central',
  germanywestcentral: 'Germany West Central',
  switzerlandnorth: 'Switzerland North',
  swedencentral: 'Sweden Central',
  norwayeast: 'Norway East',
  polandcentral: 'Poland Central',
  italynorth: 'Italy North',
  spaincentral: 'Spain Central',
  southafricanorth: 'South Africa North',
  uaenorth: 'UAE North',
  centralindia: 'Central India',
  southeastasia: 'Southeast Asia',
  eastasia: 'East Asia',
  japaneast: 'Japan East',
  koreacentral: 'Korea Central',
  australiaeast: 'Australia East',
};

/** `East US` and `eastus` are one region. */
export const locationName = (location: string): string => location.toLowerCase().replace(/\s+/g, '');

export function checkLocation(
  known: KnownType,
  body: JsonObject,
  existing: Resource | undefined,
  group: string,
): string | undefined {
  const { type, tracked } = known;
  const given = body.location;
  if (typeof given !== 'string' || given === '') {
    if (existing) return existing.location;
    if (!(type.needsLocation ?? tracked)) return undefined;
    throw refuse(ARM.locationRequired);
  }
  const location = locationName(given);
  if (location !== 'global' && !(location in LOCATIONS))
    throw refuse(ARM.locationUnavailable, {
      location: given,
      type: known.name,
      locations: Object.keys(LOCATIONS).join(','),
    });
  if (!existing?.location || locationName(existing.location) === location) return location;
  const places = { location, existing: existing.location };
  if (known.name === 'Microsoft.Resources/resourceGroups') throw refuse(ARM.groupLocation, places);
  throw refuse(ARM.resourceLocation, { ...places, name: existing.name, group });
}

/** Limits of Microsoft Learn, "Use tags to organize your Azure resources": 50 tags, names 512, values 256 characters. */
export function checkTags(tags: unknown): Record<string, string> | undefined {
  if (tags === undefined || tags === null) return undefined;
  if (!isObject(tags)) throw invalidContent("The 'tags' property must be an object of strings", 'tags');
  const entries = Object.entries(tags);
  if (entries.length > 50) throw refuse(ARM.tooManyTags, { count: entries.length });
  const seen = new Set<string>();
  const checked: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') throw invalidContent(`The value of the tag '${name}' must be a string`, 'tags');
    if (name.length === 0 || name.length > 512 || /[<>%&\\?/]/.test(name)) throw refuse(ARM.tagName, { name });
    if (value.length > 256) throw refuse(ARM.tagValue, { name });
    if (seen.has(name.toLowerCase())) throw refuse(ARM.tagTwice, { name });
    seen.add(name.toLowerCase());
    checked[name] = value;
  }
  return checked;
}

export function checkName(type: ResourceType, name: string): void {
  const pattern = type.namePattern ?? /^[^<>%&:\\?/]{1,260}$/;
  if (!pattern.test(name)) throw refuse(ARM.nameInvalid, { name, pattern: pattern.source });
}
