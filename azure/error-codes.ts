/** The table behind errors.ts: Azure's codes and texts, what they mean, and what a person should do. */
import type { Failure } from '../domain/seam/failure.ts';

export interface CodeRule {
  class: Failure['class'];
  advice: string;
  /** It passes by itself: seconds to wait at least before the same call. */
  again?: number;
  /** Azure reports failure, yet the resource may still become ready. */
  notFinal?: true;
  /** Says little: a more specific code below it in the error wins. */
  general?: true;
  /** Means this only with that HTTP status. */
  status?: number;
}

const capacity = 'another VM size or region has room; give more of them in vmSizes and regions';
const quota = 'ask for more quota (https://aka.ms/azquota), free some, or use another region or VM size';
const policy = 'an Azure Policy of the organisation forbids it; ask for an exemption or change the template';
const disabled = 'the subscription is disabled; its owner must enable it again (billing, or its end), then try again';
const registration =
  'register the resource provider in the subscription: az provider register --namespace <provider>, then try again';
const role = 'give the control plane’s identity the role it needs; new assignments take minutes to count';
const itself = 'it is tried again by itself';
const image = 'check the image’s name, the identity’s AcrPull role and the registry';
const lock = 'remove the lock, then tear down again';

const rows: [codes: string, rule: CodeRule][] = [
  [
    'AllocationFailed ZonalAllocationFailed OverconstrainedAllocationRequest OverconstrainedZonalAllocationRequest SkuNotAvailable NotAvailableForSubscription',
    { class: 'capacity', advice: capacity },
  ],
  [
    'LocationIsOfferRestricted LocationNotAvailableForResourceType NoRegisteredProviderFound RequestDisallowedByAzure',
    { class: 'capacity', advice: 'this subscription may not use the region for it; give others in regions' },
  ],
  // Container Instances says 409 ServiceUnavailable for "no room here"; a 503 of that name is an outage that passes.
  ['ServiceUnavailable', { class: 'capacity', advice: capacity, status: 409 }],
  [
    'QuotaExceeded ContainerGroupQuotaReached PublicIPCountLimitReached ResourceQuotaExceeded SubscriptionQuotaExceeded',
    { class: 'quota', advice: quota },
  ],
  ['RequestDisallowedByPolicy', { class: 'policy', advice: policy }],
  ['ScopeLocked', { class: 'policy', advice: lock }],
  [
    'AuthorizationFailed LinkedAuthorizationFailed Forbidden Unauthorized InvalidAuthenticationToken ExpiredAuthenticationToken',
    { class: 'authorisation', advice: role },
  ],
  ['PrincipalNotFound', { class: 'transient', advice: itself, again: 10 }],
  [
    'SubscriptionRequestsThrottled TooManyRequests ResourceCollectionRequestsThrottled',
    { class: 'throttled', advice: 'Azure limits the rate of requests; it goes on by itself', again: 5 },
  ],
  [
    'RetryableError ReferencedResourceNotProvisioned AnotherOperationInProgress ServiceAssociationLinkNotReady ContainerGroupTransitioning',
    { class: 'transient', advice: itself, again: 10 },
  ],
  [
    'OperationPreempted CanceledAndSupersededDueToAnotherOperation ParentResourceNotFound InvalidResourceReference',
    { class: 'transient', advice: itself, again: 5 },
  ],
  [
    'InternalServerError InternalServerFailure InternalExecutionError NetworkingInternalOperationError GatewayTimeout ServerTimeout',
    { class: 'transient', advice: itself, again: 5 },
  ],
  [
    'NicReservedForAnotherVm',
    {
      class: 'transient',
      advice: 'the network interface is reserved for 180 s after a failed VM; it waits',
      again: 180,
    },
  ],
  ['RegistryErrorResponse', { class: 'transient', advice: 'the image registry limits or fails; use ACR', again: 30 }],
  ['InaccessibleImage ImagePullError', { class: 'configuration', advice: image }],
  [
    'GalleryImageNotFound ImageNotFound PlatformImageNotFound',
    { class: 'configuration', advice: 'build the mixer image and replicate it to this region (MIXER_IMAGE_ID)' },
  ],
  ['MissingSubscriptionRegistration SubscriptionNotRegistered', { class: 'configuration', advice: registration }],
  [
    'ReadOnlyDisabledSubscription DisabledSubscription SubscriptionDisabled',
    { class: 'configuration', advice: disabled },
  ],
  [
    'SubscriptionNotFound InvalidSubscriptionId',
    { class: 'configuration', advice: 'set AZURE_SUBSCRIPTION_ID to a subscription of this tenant' },
  ],
  [
    'DnsNameLabelNotAvailable DnsRecordInUse',
    { class: 'configuration', advice: 'another resource in this region holds the DNS name; rename the event' },
  ],
  [
    'OSProvisioningClientError OSProvisioningInternalError',
    { class: 'configuration', advice: 'the mixer image is not generalised; rebuild it with sysprep' },
  ],
  [
    'OSProvisioningTimedOut',
    { class: 'timeout', advice: 'Windows is slow to report; it is watched on', notFinal: true },
  ],
  [
    'VMExtensionProvisioningTimeout VMStartTimedOut VMRedeploymentTimedOut DeploymentActiveAndUneditable',
    { class: 'timeout', advice: 'the platform was slow; try again' },
  ],
  [
    'ResourceGroupBeingDeleted',
    { class: 'conflict', advice: 'the resource group is being deleted; wait until it is gone' },
  ],
  [
    'ObjectIsDeletedButRecoverable ObjectIsBeingDeleted',
    { class: 'conflict', advice: 'the secret’s name is soft-deleted; recover or purge it', again: 10 },
  ],
  [
    'InUseSubnetCannotBeDeleted InUseNetworkSecurityGroupCannotBeDeleted PublicIPAddressCannotBeDeleted NicInUse SubnetMissingRequiredDelegation',
    { class: 'conflict', advice: 'something still uses it; it is tried again', again: 15 },
  ],
  [
    'OperationNotAllowed Conflict',
    { class: 'conflict', advice: 'another operation on this resource is under way', general: true },
  ],
  [
    'InvalidParameter InvalidRequestContent InvalidTemplateDeployment BadRequest InvalidContainerGroupUpdate',
    { class: 'configuration', advice: 'correct what the message names', general: true },
  ],
  [
    'ResourceNotFound ResourceGroupNotFound NotFound',
    { class: 'configuration', advice: 'what the message names does not exist', general: true },
  ],
];

/** Codes of one meaning, as Azure writes them. */
export const codeTable: readonly (readonly [codes: readonly string[], rule: CodeRule])[] = rows.map(([codes, rule]) => [
  codes.split(' '),
  rule,
]);
/** Lower-case code -> rule. */
export const codeRules: ReadonlyMap<string, CodeRule> = new Map(
  codeTable.flatMap(([codes, rule]) => codes.map((code) => [code.toLowerCase(), rule] as const)),
);

/** Families of codes that Azure keeps adding to. Asked after the table. */
export const codeFamilies: readonly (CodeRule & { code: RegExp; shown: string })[] = [
  {
    shown: '`...RateLimitReached`, `...Throttled`',
    code: /(rate|request|call)s?limit(reached|exceeded)$|throttled$/i,
    class: 'throttled',
    advice: 'Azure limits the rate of requests; it goes on by itself',
    again: 5,
  },
  {
    shown: '`...LimitReached`, `...LimitExceeded`, `...QuotaReached`, `...QuotaExceeded`',
    code: /(limit|quota)s?(reached|exceeded)$/i,
    class: 'quota',
    advice: quota,
  },
];

const size = /(vm|machine|requested) ?size|sku/i.source;
const place = /location|region|zone|subscription/i.source;
const refused = /not (currently )?(available|supported|offered|allowed)|unavailable|restricted/i.source;

/** Texts that say more than the code they come with: `OperationNotAllowed` alone stands for dozens of things. */
export const messageRules: readonly (CodeRule & { text: RegExp })[] = [
  {
    text: /DNS name label .*not available/i,
    class: 'configuration',
    advice: 'another resource in this region holds the DNS name; rename the event',
  },
  { text: /too many requests|request rate is large/i, class: 'throttled', advice: itself, again: 5 },
  {
    text: /exceeding (approved )?.*quota|quota .*(exceeded|reached|limit)|exceed(s|ed)? .*quota|not enough .*quota/i,
    class: 'quota',
    advice: quota,
  },
  // An organisation's policy on places and sizes leaves others open; any other policy leaves none.
  {
    text: /allowed locations|allowed virtual machine size/i,
    class: 'capacity',
    advice: 'an Azure Policy of the organisation forbids this region or VM size; give others in regions and vmSizes',
  },
  {
    text: /requested (cpu|memory|resource|gpu).* (is|are) not available in (the|this) location/i,
    class: 'capacity',
    advice: capacity,
  },
  // The same refusal of a size comes under InvalidParameter, BadRequest, OperationNotAllowed and other codes.
  {
    text: new RegExp(`(${size}).*(${refused}).*(${place})|(${refused}).*(${size}).*(${place})`, 'is'),
    class: 'capacity',
    advice: capacity,
  },
  {
    text: /(provided )?location '?[\w ]+'? is not (available|accepting)|(region|location) .*(not accepting|not available for (this|your) subscription)|restricted .*(region|location)/i,
    class: 'capacity',
    advice: 'this region takes no such resource from this subscription now; give others in regions',
  },
  { text: /still transitioning, please retry/i, class: 'transient', advice: itself, again: 10 },
  {
    text: /conflict with a concurrent request|Another operation .* is in progress/i,
    class: 'transient',
    advice: itself,
    again: 5,
  },
  { text: /marked for deletion/i, class: 'conflict', advice: 'it is being deleted; wait until it is gone' },
  { text: /Please remove the lock/i, class: 'policy', advice: lock },
];
