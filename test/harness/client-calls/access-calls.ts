import type { Client } from '../../../libs/client/src/client.js';
import type { ClientCall } from './client-call.js';

const page = { limit: 5, cursor: 'x' };
const CREDENTIALS = { email: 'e', password: 'p' };
const GRANTS = { grants: [{ role: 'viewer' as const }] };

/** People, tokens, workspaces, approvals and the audit. */
export const accessCalls = (client: Client): ClientCall[] => [
  [
    'GET /approvals',
    () => client.approvals.list({ ...page, state: 'pending', environment: 'b' }),
    { query: { limit: ['5'], cursor: ['x'], state: ['pending'], environment: ['b'] } },
  ],
  ['GET /approvals/{id}', () => client.approvals.read('i')],
  [
    'POST /approvals/{id}/approve',
    () => client.approvals.approve('i', { comment: 'c' }),
    { body: { comment: 'c' } },
  ],
  ['POST /approvals/{id}/reject', () => client.approvals.reject('i', 'r'), { body: { reason: 'r' } }],
  ['POST /approvals/{id}/emergency', () => client.approvals.emergency('i', 'r'), { body: { reason: 'r' } }],
  [
    'GET /audit',
    () => client.audit.list({ ...page, action: 'token.' }),
    { query: { limit: ['5'], cursor: ['x'], action: ['token.'] } },
  ],
  [
    'GET /audit/export',
    () => client.audit.export({ action: 'token.' }).next(),
    { query: { action: ['token.'] } },
  ],
  ['GET /tokens', () => client.tokens.list({ limit: 5 }), { query: { limit: ['5'] } }],
  [
    'POST /tokens',
    () => client.tokens.create({ name: 't', role: 'agent' }),
    { body: { name: 't', role: 'agent' } },
  ],
  ['GET /tokens/{id}', () => client.tokens.read('i')],
  ['PATCH /tokens/{id}', () => client.tokens.change('i', { name: 'n' }), { body: { name: 'n' } }],
  [
    'POST /tokens/{id}/rotate',
    () => client.tokens.rotate('i', { overlapSeconds: 60 }),
    { body: { overlapSeconds: 60 } },
  ],
  ['DELETE /tokens/{id}', () => client.tokens.revoke('i')],
  ['GET /session', () => client.session.read()],
  ['POST /session', () => client.session.signIn(CREDENTIALS), { body: CREDENTIALS }],
  ['PATCH /session', () => client.session.chooseWorkspace('w'), { body: { workspace: 'w' } }],
  ['DELETE /session', () => client.session.signOut()],
  [
    'PUT /session/password',
    () => client.session.changePassword({ current: 'c', new: 'n' }),
    { body: { current: 'c', new: 'n' } },
  ],
  ['GET /sessions', () => client.session.list({ limit: 5 }), { query: { limit: ['5'] } }],
  ['DELETE /sessions', () => client.session.endOthers()],
  ['DELETE /sessions/{id}', () => client.session.end('i')],
  [
    'POST /password-resets/use',
    () => client.session.usePasswordReset({ token: 't', password: 'p' }),
    { body: { token: 't', password: 'p' } },
  ],
  ['GET /users', () => client.users.list({ limit: 5 }), { query: { limit: ['5'] } }],
  ['GET /users/{id}', () => client.users.read('i')],
  ['PATCH /users/{id}', () => client.users.change('i', GRANTS), { body: GRANTS }],
  ['DELETE /users/{id}', () => client.users.remove('i')],
  ['POST /users/{id}/password-reset', () => client.users.resetPassword('i')],
  ['GET /invitations', () => client.invitations.list({ limit: 5 }), { query: { limit: ['5'] } }],
  [
    'POST /invitations',
    () => client.invitations.create({ email: 'e', ...GRANTS }),
    { body: { email: 'e', ...GRANTS } },
  ],
  ['DELETE /invitations/{id}', () => client.invitations.revoke('i')],
  [
    'POST /invitations/accept',
    () => client.invitations.accept({ token: 't', name: 'n', password: 'p' }),
    { body: { token: 't', name: 'n', password: 'p' } },
  ],
  ['GET /workspaces', () => client.workspaces.list({ limit: 5 }), { query: { limit: ['5'] } }],
  ['POST /workspaces', () => client.workspaces.create({ name: 'w' }), { body: { name: 'w' } }],
  ['GET /workspaces/{id}', () => client.workspaces.read('i')],
  ['PATCH /workspaces/{id}', () => client.workspaces.rename('i', { name: 'w' }), { body: { name: 'w' } }],
  ['POST /workspaces/{id}/archive', () => client.workspaces.archive('i')],
  ['POST /workspaces/{id}/leave', () => client.workspaces.leave('i')],
];
