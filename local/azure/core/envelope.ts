import type { KnownType } from './catalog.ts';
import { ArmError } from './errors.ts';
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
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  const location = locationName(given);
  if (location !== 'global' && !(location in LOCATIONS))
    throw new ArmError(
      400,
      'LocationNotAvailableForResourceType',
      `The provided location '${given}' is not available for resource type '${known.name}'. List of available regions for the resource type is '${Object.keys(LOCATIONS).join(',')}'.`,
    );
  if (
    existing?.location &&
    locationName(existing.location) !== location &&
    known.name === 'Microsoft.Resources/resourceGroups'
  )
    throw new ArmError(
      409,
      'InvalidResourceGroupLocation',
      `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.location}'.`,
    );
  if (existing?.location && locationName(existing.location) !== location)
    throw new ArmError(
      409,
      'InvalidResourceLocation',
      `The resource '${existing.name}' already exists in location '${existing.location}' in resource group '${group}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  return location;
}

/** Limits of Microsoft Learn, "Use tags to organize your Azure resources": 50 tags, names 512, values 256 characters. */
export function checkTags(tags: unknown): Record<string, string> | undefined {
  if (tags === undefined || tags === null) return undefined;
  if (!isObject(tags))
    throw new ArmError(400, 'InvalidRequestContent', "The 'tags' property must be an object of strings.");
  const entries = Object.entries(tags);
  if (entries.length > 50)
    throw new ArmError(400, 'TagsLimitExceeded', `The number of tags '${entries.length}' exceeds the maximum of '50'.`);
  const seen = new Set<string>();
  const checked: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string')
      throw new ArmError(400, 'InvalidRequestContent', `The value of the tag '${name}' must be a string.`);
    if (name.length === 0 || name.length > 512 || /[<>%&\\?/]/.test(name))
      throw new ArmError(
        400,
        'InvalidTagNameCharacters',
        `The tag name '${name}' is empty, longer than 512 characters or holds one of <,>,%,&,\\,?,/.`,
      );
    if (value.length > 256)
      throw new ArmError(400, 'InvalidTagValueLength', `The value of the tag '${name}' is longer than 256 characters.`);
    if (seen.has(name.toLowerCase()))
      throw new ArmError(400, 'DuplicateTagKey', `The tag name '${name}' is given twice; names are case-insensitive.`);
    seen.add(name.toLowerCase());
    checked[name] = value;
  }
  return checked;
}

export function checkName(type: ResourceType, name: string, typeName: string): void {
  const pattern = type.namePattern ?? /^[^<>%&:\\?/]{1,260}$/;
  if (!pattern.test(name))
    throw new ArmError(
      400,
      'InvalidResourceName',
      `Resource name ${name} is invalid for type ${typeName}. The name must match ${pattern.source}.`,
    );
}
