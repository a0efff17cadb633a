import { CliError, EXIT } from '../core/errors.ts';

export interface SignIn {
  token?: string | undefined;
  /** OAuth scope of the control plane's app registration; signs in with whatever DefaultAzureCredential finds (az login, managed identity...). */
  scope?: string | undefined;
}

/** The Authorization header's value, or undefined where none is configured (a local control plane asks for none). */
export async function authorization({ token, scope }: SignIn): Promise<string | undefined> {
  if (token) return `Bearer ${token}`;
  if (!scope) return undefined;
  const { DefaultAzureCredential } = await import('@azure/identity');
  try {
    const answer = await new DefaultAzureCredential().getToken(scope);
    return `Bearer ${answer.token}`;
  } catch (error) {
    throw new CliError(EXIT.failed, `Cannot sign in for ${scope}: ${(error as Error).message.split('\n')[0]}`, {
      hint: "'az login' first, or pass --token",
    });
  }
}
