import type { Actor, AuditRecord, Mutation } from '../mutation.js';

/** An account may belong to more workspaces than one act on it should write to. */
const MAX_WORKSPACES = 20;

const COLUMNS = `workspace_id, actor, identity, via, credential, address, request_id, outcome, action, target, detail`;
const VALUES = `$1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text, $10::text`;

/** In the order of their ids, so that two of these do not wait for one another's chains. */
const APPEND_EVERYWHERE = `
  insert into audit_entries (${COLUMNS})
  select a.workspace_id, ${VALUES} from (
    (select m.workspace_id from members m join workspaces w on w.id = m.workspace_id
     where m.user_id = $12::text and w.archived_at is null
     order by m.created_at, m.workspace_id limit ${MAX_WORKSPACES})
    union select $11::text where $11::text <> ''
  ) a order by a.workspace_id
  returning 1 as written`;

const APPEND_ONCE = `insert into audit_entries (${COLUMNS}) values ($11::text, ${VALUES})`;

/**
 * Notes what was done to an account, in the audits of the workspaces that its person belongs to and of the actor's own.
 * The last statement of an installation mutation, as it holds the ends of those chains. Answers in how many audits it
 * stands now: in none when the person belongs nowhere.
 */
export async function auditAccount(
  mutation: Pick<Mutation, 'sql'>,
  actor: Actor,
  userId: string,
  record: AuditRecord,
): Promise<number> {
  const values = [...valuesOf(actor, record), actor.workspaceId, userId];
  return (await mutation.sql.query(APPEND_EVERYWHERE, values)).length;
}

/** The same in the actor's workspace alone, for one who was not its actor when the mutation began. */
export async function auditAs(
  mutation: Pick<Mutation, 'sql'>,
  actor: Actor,
  record: AuditRecord,
): Promise<void> {
  await mutation.sql.query(APPEND_ONCE, [...valuesOf(actor, record), actor.workspaceId]);
}

function valuesOf(actor: Actor, { outcome = 'done', action, target, detail = {} }: AuditRecord): string[] {
  const { name, identity, via, credential, address, requestId } = actor;
  return [
    name,
    identity,
    via,
    credential,
    address,
    requestId,
    outcome,
    action,
    target,
    JSON.stringify(detail),
  ];
}
