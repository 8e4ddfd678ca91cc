/** Every page of the console, for what is asked of all of them: screenshots, axe, and that nothing is complained of. */
export interface ConsoleRoute {
  /** Of its screenshots. */
  readonly name: string;
  /** `:approval` stands for one that waits. */
  readonly path: string;
  /** Left out for pages of signed-in people. */
  readonly isSignedIn?: false;
}

const ORDERS = '/services/orders';

export const CONSOLE_ROUTES: readonly ConsoleRoute[] = [
  { name: 'sign-in', path: '/sign-in', isSignedIn: false },
  { name: 'accept-invitation', path: '/invitations/accept', isSignedIn: false },
  { name: 'password-reset', path: '/password-reset', isSignedIn: false },
  { name: 'not-found', path: '/no/such/page', isSignedIn: false },
  { name: 'services', path: '/services' },
  { name: 'services-none', path: '/services?search=nothing-is-called-so' },
  { name: 'service', path: ORDERS },
  { name: 'service-unknown', path: '/services/nobody' },
  { name: 'document', path: `${ORDERS}/documents/base` },
  { name: 'document-with-draft', path: `${ORDERS}/documents/staging` },
  { name: 'document-draft', path: `${ORDERS}/documents/staging?draft=true` },
  { name: 'document-review', path: `${ORDERS}/documents/staging?draft=true&step=review` },
  { name: 'history', path: `${ORDERS}/documents/base/history?from=1&to=2` },
  { name: 'restore', path: `${ORDERS}/documents/base/history?from=2&to=1&restore=true` },
  { name: 'compare', path: `${ORDERS}/compare?from=dev&to=prod` },
  { name: 'schema', path: `${ORDERS}/schema` },
  { name: 'secrets', path: `${ORDERS}/secrets` },
  { name: 'approvals', path: '/approvals' },
  { name: 'approval', path: '/approvals/:approval' },
  { name: 'environments', path: '/environments' },
  { name: 'people', path: '/people' },
  { name: 'tokens', path: '/tokens' },
  { name: 'audit', path: '/audit' },
  { name: 'account', path: '/account' },
  { name: 'workspaces', path: '/workspaces' },
];
