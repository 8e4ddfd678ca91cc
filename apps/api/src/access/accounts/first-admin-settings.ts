import { emailSchema, newPasswordSchema } from '@binnacle/contracts';
import { faultOfPassword } from './password-rules.js';

/** The account with which an installation begins. */
export interface FirstAdminSettings {
  readonly email: string;
  readonly password: string;
}

const EMAIL = 'BINNACLE_FIRST_ADMIN_EMAIL';
const PASSWORD = 'BINNACLE_FIRST_ADMIN_PASSWORD';

/** Undefined when neither variable is set; an empty one counts as unset. */
export function readFirstAdmin(variables: NodeJS.ProcessEnv): FirstAdminSettings | undefined {
  const { [EMAIL]: email, [PASSWORD]: password } = variables;
  if (!email || !password) return undefined;
  return { email: emailSchema.parse(email), password };
}

/** What is wrong with the two variables, without their values. */
export function firstAdminFaults(variables: NodeJS.ProcessEnv): string[] {
  const { [EMAIL]: email = '', [PASSWORD]: password = '' } = variables;
  if (email === '' && password === '') return [];
  if (email === '') return [`${EMAIL} is missing, while ${PASSWORD} is set`];
  if (password === '') return [`${PASSWORD} is missing, while ${EMAIL} is set`];
  const address = emailSchema.safeParse(email);
  if (!address.success) return [`${EMAIL} must be an e-mail address`];
  const chosen = newPasswordSchema.safeParse(password);
  const fault = chosen.success
    ? faultOfPassword(password, address.data)
    : `is not valid: ${chosen.error.issues[0]?.message ?? ''}`;
  return fault === undefined ? [] : [`${PASSWORD} ${fault}`];
}
