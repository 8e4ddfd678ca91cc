import { Injectable } from '@nestjs/common';
import {
  type ChangeWorkspace,
  type CreateWorkspace,
  MAX_CREATED_WORKSPACES,
  MAX_MEMBERSHIPS,
  Problem,
  type WorkspaceBody,
} from '@binnacle/contracts';
import {
  type Actor,
  auditAs,
  MemberStore,
  type MembershipRecord,
  type WorkspaceRecord,
  WorkspaceStore,
} from '@binnacle/store';
import { Mutations } from '../../changes/mutations.js';
import type { Principal } from '../principal.js';
import type { PersonPrincipal } from './person.decorator.js';
import { type IssuedSession, SessionsService } from './sessions.service.js';
import { UsersService } from './users.service.js';

/** Exists from the first start, and the installation's own token belongs to it. */
const DEFAULT_WORKSPACE = 'default';
const ADMIN = [{ role: 'admin', services: [], environments: [], permissions: [] }] as const;

/** The workspaces that somebody belongs to: of others nobody learns. */
@Injectable()
export class WorkspacesService {
  constructor(
    private readonly mutations: Mutations,
    private readonly workspaces: WorkspaceStore,
    private readonly members: MemberStore,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
  ) {}

  /** Always one page: nobody belongs to more than MAX_MEMBERSHIPS. */
  async list(sender: Principal): Promise<{ items: WorkspaceBody[]; nextCursor: null }> {
    return { items: await this.ownOf(sender), nextCursor: null };
  }

  async read(sender: Principal, id: string): Promise<WorkspaceBody> {
    const found = (await this.ownOf(sender)).find((own) => own.id === id);
    if (found === undefined) throw unknownWorkspace();
    return found;
  }

  /** Its maker administers it, and his session goes on in it. */
  async create(
    actor: Actor,
    person: PersonPrincipal,
    { name }: CreateWorkspace,
  ): Promise<{ workspace: WorkspaceBody; issued: IssuedSession }> {
    const { userId } = person;
    return this.mutations.runInstallation(actor, async (mutation) => {
      await this.members.lockPerson(mutation, userId);
      if ((await this.members.countOf(mutation, userId, person.name)) >= MAX_CREATED_WORKSPACES)
        throw new Problem('too_many', `A person makes at most ${MAX_CREATED_WORKSPACES} workspaces.`);
      if ((await this.members.countOf(mutation, userId)) >= MAX_MEMBERSHIPS)
        throw new Problem('too_many', `A person belongs to at most ${MAX_MEMBERSHIPS} workspaces.`);
      const created = await this.workspaces.create(mutation, name);
      await this.members.insert(mutation, {
        workspaceId: created.id,
        userId,
        grants: ADMIN,
        createdBy: person.name,
      });
      const issued = await this.sessions.switchTo(mutation, person, created.id);
      await auditAs(
        mutation,
        { ...actor, workspaceId: created.id },
        {
          action: 'workspace.create',
          target: `workspace:${created.id}`,
          detail: { name },
        },
      );
      return { workspace: toView(created), issued };
    });
  }

  async rename(
    actor: Actor,
    sender: Principal,
    id: string,
    { name }: ChangeWorkspace,
  ): Promise<WorkspaceBody> {
    await this.requireCurrent(sender, id);
    return this.mutations.run(actor, async (mutation) => {
      const renamed = await this.workspaces.rename(mutation, name);
      if (renamed === undefined) throw unknownWorkspace();
      mutation.audit({ action: 'workspace.rename', target: `workspace:${id}`, detail: { name } });
      return toView(renamed);
    });
  }

  /** Nothing is deleted, and nobody gets in any more: neither people nor tokens nor open sockets. */
  async archive(actor: Actor, sender: Principal, id: string): Promise<WorkspaceBody> {
    await this.requireCurrent(sender, id);
    if (id === DEFAULT_WORKSPACE)
      throw new Problem('in_use', 'The workspace default belongs to the installation and stays.');
    return this.mutations.run(actor, async (mutation) => {
      const archived = await this.workspaces.archive(mutation);
      if (archived === undefined) throw unknownWorkspace();
      mutation.audit({ action: 'workspace.archive', target: `workspace:${id}` });
      mutation.announce({ kind: 'access', workspaceId: id, subject: '*' });
      return toView(archived);
    });
  }

  async leave(actor: Actor, person: PersonPrincipal, id: string): Promise<void> {
    await this.read(person, id);
    await this.users.remove({ ...actor, workspaceId: id }, person.userId);
  }

  private async ownOf({ userId, workspaceId }: Principal): Promise<WorkspaceBody[]> {
    if (userId !== undefined) return (await this.members.membershipsOf(userId, MAX_MEMBERSHIPS)).map(toOwn);
    const found = await this.workspaces.find(workspaceId);
    return found === undefined ? [] : [toView(found)];
  }

  /** What may be done there was decided for the workspace that the sender works in. */
  private async requireCurrent(sender: Principal, id: string): Promise<void> {
    if (id === sender.workspaceId) return;
    await this.read(sender, id);
    throw new Problem('forbidden', 'Go on in that workspace first (PATCH /session).');
  }
}

function unknownWorkspace(): Problem {
  return new Problem('not_found', 'There is no such workspace, or you do not belong to it.');
}

function toOwn({ workspaceId, workspaceName, workspaceCreatedAt }: MembershipRecord): WorkspaceBody {
  return {
    id: workspaceId,
    name: workspaceName,
    createdAt: workspaceCreatedAt.toISOString(),
    archivedAt: null,
  };
}

function toView({ id, name, createdAt, archivedAt }: WorkspaceRecord): WorkspaceBody {
  return { id, name, createdAt: createdAt.toISOString(), archivedAt: archivedAt?.toISOString() ?? null };
}
