import { expect, test } from 'vitest';
import { classify, classifyBody } from '../../azure/errors.ts';

/** Bodies as Azure sends them (Microsoft Learn and public issue threads): [what, HTTP status or none inside an operation, error, class]. */
test.each([
  ['no room for a VM', undefined, { code: 'AllocationFailed', message: 'Allocation failed.' }, 'capacity'],
  ['doc spelling', undefined, { code: 'OverConstrainedAllocationRequest', message: 'x' }, 'capacity'],
  ['size not offered', 409, { code: 'SkuNotAvailable', message: 'The requested VM size ...' }, 'capacity'],
  [
    'no room for a container group',
    409,
    {
      code: 'ServiceUnavailable',
      message: "The requested resource is not available in the location 'x' at this moment.",
    },
    'capacity',
  ],
  ['an outage of the same name', 503, { code: 'ServiceUnavailable', message: 'down' }, 'transient'],
  [
    'cores quota behind the code that means everything',
    409,
    {
      code: 'OperationNotAllowed',
      message:
        'Operation could not be completed as it results in exceeding approved standardDASv5Family Cores quota. Additional details',
    },
    'quota',
  ],
  [
    'VM being deleted',
    409,
    { code: 'OperationNotAllowed', message: "not allowed on VM 'x' since the VM is marked for deletion" },
    'conflict',
  ],
  [
    'container quota',
    400,
    { code: 'ContainerGroupQuotaReached', message: "container group quota 'ContainerGroups' exceeded in region 'x'" },
    'quota',
  ],
  [
    'policy below a template error',
    400,
    {
      code: 'InvalidTemplateDeployment',
      message: 'm',
      details: [{ code: 'RequestDisallowedByPolicy', message: 'no' }],
    },
    'policy',
  ],
  ['no role', 403, { code: 'AuthorizationFailed', message: 'The client ...' }, 'authorisation'],
  ['unknown 403', 403, { code: 'Odd', message: 'm' }, 'authorisation'],
  ['subscription throttled', 429, { code: 'SubscriptionRequestsThrottled', message: 'm' }, 'throttled'],
  [
    'parent still updating',
    429,
    { code: 'RetryableError', message: 'm', details: [{ code: 'ReferencedResourceNotProvisioned', message: 'm' }] },
    'transient',
  ],
  ['subnet busy', 409, { code: 'ServiceAssociationLinkNotReady', message: 'Network is not ready' }, 'transient'],
  ['locked', 409, { code: 'ScopeLocked', message: 'Please remove the lock and try again.' }, 'policy'],
  ['group going', 409, { code: 'ResourceGroupBeingDeleted', message: 'm' }, 'conflict'],
  ['image', 400, { code: 'InaccessibleImage', message: 'm' }, 'configuration'],
  ['image not replicated', 404, { code: 'GalleryImageNotFound', message: 'm' }, 'configuration'],
  ['bad parameter', 400, { code: 'InvalidParameter', message: 'm' }, 'configuration'],
  ['server error', 500, { code: 'Odd', message: 'm' }, 'transient'],
  ['unheard-of failure inside an operation', undefined, { code: 'Odd', message: 'm' }, 'unknown'],
  [
    'inner error',
    undefined,
    { code: 'Outer', message: 'o', innererror: { code: 'ZonalAllocationFailed', message: 'i' } },
    'capacity',
  ],
  ['a count', 400, { code: 'PublicIPCountLimitReached', message: 'Cannot create more than 10' }, 'quota'],
  ['a count of another name', 400, { code: 'NetworkSecurityGroupCountLimitReached', message: 'm' }, 'quota'],
  ['a limit of a name never heard of', undefined, { code: 'FancyThingLimitReached', message: 'm' }, 'quota'],
  ['a limit of a rate', 429, { code: 'CallRateLimitReached', message: 'm' }, 'throttled'],
  [
    'cores in other words',
    409,
    {
      code: 'OperationNotAllowed',
      message: 'Operation results in exceeding quota limits of Core. Maximum allowed: 4, Current in use: 4.',
    },
    'quota',
  ],
  ['429 without details', 429, { code: 'OperationNotAllowed', message: 'm' }, 'throttled'],
  ['429 without anything', 429, {}, 'throttled'],
  [
    'throttled by the text',
    409,
    {
      code: 'OperationNotAllowed',
      message: 'The server rejected the request because too many requests have been received',
    },
    'throttled',
  ],
  ['region closed to the offer', 409, { code: 'LocationIsOfferRestricted', message: 'm' }, 'capacity'],
  [
    'region closed by policy',
    403,
    {
      code: 'RequestDisallowedByPolicy',
      message: `disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"Allowed locations"}}]'.`,
    },
    'capacity',
  ],
  [
    'any other policy',
    403,
    {
      code: 'RequestDisallowedByPolicy',
      message: `disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"No public addresses"}}]'.`,
    },
    'policy',
  ],
  [
    'size refused as a parameter',
    400,
    {
      code: 'InvalidParameter',
      message:
        'The requested VM size Standard_D2s_v3 is not available in the current region. The sizes available are: x',
    },
    'capacity',
  ],
  [
    'size refused as not allowed',
    409,
    {
      code: 'OperationNotAllowed',
      message:
        "The VM size 'Standard_D2s_v3' is currently not supported in location 'westeurope' for this subscription",
    },
    'capacity',
  ],
  [
    'location refused as a bad request',
    400,
    { code: 'BadRequest', message: "The provided location 'westeurope' is not available for resource group." },
    'capacity',
  ],
  [
    'cpu and memory that the region does not have',
    400,
    {
      code: 'InvalidRequestContent',
      message: 'The requested CPU and memory resources are not available in the location at this moment',
    },
    'capacity',
  ],
  ['disabled', 409, { code: 'ReadOnlyDisabledSubscription', message: 'm' }, 'configuration'],
  ['unregistered', 409, { code: 'SubscriptionNotRegistered', message: 'm' }, 'configuration'],
  [
    'an error in a string',
    undefined,
    {
      code: 'DeploymentFailed',
      message: 'At least one resource deployment operation failed.',
      details: [
        {
          code: 'Conflict',
          message: JSON.stringify(
            { error: { code: 'Conflict', details: [{ code: 'SkuNotAvailable', message: 'no' }] } },
            null,
            2,
          ),
        },
      ],
    },
    'capacity',
  ],
  [
    'an error at the end of a sentence',
    400,
    {
      code: 'BadRequest',
      message: 'Upstream said: {"code":"PublicIPCountLimitReached","message":"Cannot create more"}',
    },
    'quota',
  ],
  [
    'DNS label of an event called sku',
    400,
    { code: 'BadRequest', message: "DNS name label 'sku' in region 'x' is not available for subscription" },
    'configuration',
  ],
] as const)('%s', (_what, status, error, expected) => {
  const { failure } = classifyBody({ error }, status, { resource: '/r' });
  expect(failure).toMatchObject({ class: expected, resource: '/r' });
  expect(failure.message).not.toBe('');
});

test('what passes says when to come back, and Retry-After is honoured when longer', () => {
  const throttled = { error: { code: 'TooManyRequests', message: 'm' } };
  expect(classifyBody(throttled, 429, { after: 600 }).retryAfterSeconds).toBe(600);
  expect(classifyBody({ error: { code: 'NicReservedForAnotherVm', message: 'm' } }, 400).retryAfterSeconds).toBe(180);
  expect(classifyBody({ error: { code: 'AllocationFailed', message: 'm' } }, 409).retryAfterSeconds).toBeUndefined();
});

test('OSProvisioningTimedOut is not final', () => {
  const { failure, notFinal } = classifyBody({ error: { code: 'OSProvisioningTimedOut', message: 'm' } }, undefined);
  expect({ class: failure.class, notFinal }).toEqual({ class: 'timeout', notFinal: true });
});

test('no answer at all is transient', () => {
  expect(classify(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))).toMatchObject({
    failure: { class: 'transient', code: 'ECONNRESET' },
    retryAfterSeconds: 2,
  });
});

test.each([
  ['ReadOnlyDisabledSubscription', /disabled/],
  ['SubscriptionNotRegistered', /az provider register/],
])('%s has its own advice', (code, advice) => {
  expect(classifyBody({ error: { code, message: 'm' } }, 409).failure.advice).toMatch(advice);
});

test('the innermost error is told, whatever wraps it', () => {
  const inner = { code: 'Odd', message: 'the disk is odd' };
  const body = {
    error: {
      code: 'DeploymentFailed',
      message: 'see details',
      details: [{ code: 'x', message: JSON.stringify({ error: inner }) }],
    },
  };
  expect(classifyBody(body, undefined).failure).toMatchObject(inner);
});

test('errors that nest without end, or hold what is no text, are read all the same', () => {
  const loop: Record<string, unknown> = { code: 'A', message: 'a' };
  loop.innererror = loop;
  expect(classifyBody({ error: loop }, 409).failure.code).toBe('A');
  const odd = { code: 7, message: { a: 1 }, details: ['x', null, { message: '{"error": 5}' }, { message: '{broken' }] };
  expect(classifyBody({ error: { ...odd, code: 'B' } }, 500).failure.class).toBe('transient');
});
