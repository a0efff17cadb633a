import { AzureFailure } from '../azure/errors.ts';

/** A secret that the plan needs and nobody made. */
export const missingSecret = (secret: string) =>
  new AzureFailure({
    failure: {
      class: 'configuration',
      code: 'SecretMissing',
      message: `Cannot find secret ${secret} in its vault`,
      resource: secret,
      advice: 'it was deleted while the deployment ran; deploy again',
    },
  });
