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
