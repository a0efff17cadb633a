/** Names and passwords of the guest, as the service checks them before anything is allocated. */
import { refuse } from '../core/constraint.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import type { VmProperties } from './schema.ts';

type OsProfile = NonNullable<VmProperties['osProfile']>;

const FORBIDDEN = /[`~!@#$%^&*()=+_[\]{}\\|;:.'",<>/?\s]/;
const FORBIDDEN_LINUX = /[`~!@#$%^&*()=+_[\]{}\\|;:'",<>/?\s]/;
/** Lists of the property's documentation in @azure/arm-compute (`adminUsername`, `adminPassword`). */
const USERNAMES = new Set(
  'administrator admin user user1 test user2 test1 user3 admin1 1 123 a actuser adm admin2 aspnet backup console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5'.split(
    ' ',
  ),
);
const PASSWORDS = new Set(
  'abc@123 P@$$w0rd P@ssw0rd P@ssword123 Pa$$word pass@word1 Password! Password1 Password22 iloveyou!'.split(' '),
);
const MAX_BASE64 = 65536;

export function checkBase64(parameter: string, value: string | null | undefined): void {
  if (!value) return;
  const plausible = /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value) && Buffer.from(value, 'base64').length <= MAX_BASE64;
  if (!plausible) throw refuse(C.base64, { parameter }, { target: parameter });
}

function windows(profile: OsProfile, computerName: string): void {
  if (computerName.length > 15 || /^\d+$/.test(computerName) || FORBIDDEN.test(computerName))
    throw refuse(C.computerNameWindows, {}, { target: 'computerName' });
  const user = profile.adminUsername ?? '';
  if (user.length > 20 || user.endsWith('.') || /[\\/"[\]:|<>+=;,?*@&]/.test(user))
    throw refuse(C.adminUsernameInvalid, {}, { target: 'adminUsername' });
  const password = profile.adminPassword;
  if (!password) throw refuse(C.missing, { parameter: 'adminPassword' }, { target: 'adminPassword' });
  checkPassword(password, 8, 123);
}

function checkPassword(password: string, min: number, max: number): void {
  if (PASSWORDS.has(password)) throw refuse(C.adminPasswordReserved, {}, { target: 'adminPassword' });
  const classes = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/].filter((one) => one.test(password)).length;
  if (password.length < min || password.length > max || classes < 3)
    throw refuse(C.adminPassword, {}, { target: 'adminPassword' });
}

/** @param fallback the VM's name, which is the computer name when none is given */
export function validateOsProfile(profile: OsProfile, os: 'Windows' | 'Linux', fallback: string): string {
  const computerName = profile.computerName || fallback;
  if (!profile.adminUsername) throw refuse(C.missing, { parameter: 'adminUsername' }, { target: 'adminUsername' });
  if (USERNAMES.has(profile.adminUsername.toLowerCase()))
    throw refuse(C.adminUsernameReserved, {}, { target: 'adminUsername' });
  if (os === 'Windows') windows(profile, computerName);
  else {
    if (computerName.length > 64 || FORBIDDEN_LINUX.test(computerName))
      throw refuse(C.computerNameLinux, {}, { target: 'computerName' });
    if (!profile.linuxConfiguration?.disablePasswordAuthentication) {
      if (!profile.adminPassword) throw refuse(C.missing, { parameter: 'adminPassword' }, { target: 'adminPassword' });
      checkPassword(profile.adminPassword, 6, 72);
    }
  }
  checkBase64('customData', profile.customData);
  return computerName;
}
