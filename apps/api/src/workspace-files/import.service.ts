import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  type FieldError,
  type ImportedBody,
  type ImportWorkspace,
  MAX_EXPORTED_FILES,
  Problem,
} from '@binnacle/contracts';
import {
  type Actor,
  ConfigTreeStore,
  EnvironmentStore,
  isUniqueViolation,
  type Mutation,
  WorkspaceContentStore,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import { FairBudget } from '../configs/composition-budget.js';
import type { PreparedContent } from '../configs/document-change.js';
import { PublishingService, type PublishResult } from '../configs/publishing.service.js';
import { invalidContent } from '../configs/release.service.js';
import { describeErrors } from '../http/describe-errors.js';
import { ValidatorPool } from '../validation/validator-pool.js';
import { BundledAudit } from './bundled-audit.js';
import { contentScopeOf } from './content-scope.js';
import { fingerprint } from './fingerprint.js';
import { mustMayCompare, mustMayImport } from './import-access.js';
import { ImportChanges } from './import-changes.js';
import { type CurrentWorkspace, type ImportPlan, pathsNotIn, planImport } from './plan-import.js';
import { filePointer, readFiles, type WantedWorkspace } from './read-files.js';

const BOUNDS = { maxDetailBytes: 16_777_216, maxRows: MAX_EXPORTED_FILES };
const ALL = [{ services: [], environments: [] }];
const MAX_ERRORS = 50;
const MAX_NAMED_PATHS = 1_000;
/** Of the process, and of a workspace: each has all of its files in memory, and so has one that waits. */
const AT_ONCE = { total: 2, perKey: 1, waitMs: 5_000, maxWaiting: 1 };

/** Takes a look back: the files are right, and the sender may import them. */
class LookedAt extends Error {
  override readonly name = 'LookedAt';
}

/** Takes a dry run back, once it is known what it would do. */
class TakenBack extends Error {
  constructor(readonly published: PublishResult) {
    super('A dry run was taken back');
  }
}

/** Makes a workspace what files say. */
@Injectable()
export class ImportService {
  private readonly turns = new FairBudget(AT_ONCE);

  constructor(
    private readonly mutations: Mutations,
    private readonly contents: WorkspaceContentStore,
    private readonly environments: EnvironmentStore,
    private readonly trees: ConfigTreeStore,
    private readonly changes: ImportChanges,
    private readonly publishing: PublishingService,
    private readonly validators: ValidatorPool,
  ) {}

  /** All of it in one transaction, or nothing; a dry run does the same and takes it back. */
  async import(actor: Actor, sender: Principal, body: ImportWorkspace): Promise<ImportedBody> {
    const turn = await this.turns.take(actor.workspaceId, 1).catch(() => {
      throw new Problem('busy', 'Other imports are under way in this process. Try again in a moment.');
    });
    try {
      mustMayCompare(sender, body.files);
      const parse = this.validators.parse.bind(this.validators, sender.workspaceId);
      const { wanted, errors } = await readFiles(body.files, (text, limits) => parse(text, 'json', limits));
      mustBeRight(errors);
      return await this.run(actor, sender, body, wanted);
    } catch (error) {
      throw namingFiles(error, body);
    } finally {
      turn.end();
    }
  }

  private async run(
    actor: Actor,
    sender: Principal,
    body: ImportWorkspace,
    wanted: WantedWorkspace,
  ): Promise<ImportedBody> {
    const { dryRun, message, confirm, files } = body;
    const earlier = await this.lookAt(actor, sender, body, wanted);
    if (earlier !== undefined) return earlier;
    const changeSet = randomUUID();
    const prepared = await this.prepare(sender.workspaceId, wanted);
    let planned: Pick<ImportedBody, 'files' | 'unchanged' | 'notInFiles'> | undefined;
    const answer = (published: PublishResult, gates: readonly FieldError[] = []): ImportedBody => ({
      dryRun,
      changeSet: dryRun || published.versions.length === 0 ? null : changeSet,
      ...(planned ?? { files: [], unchanged: 0, notInFiles: [] }),
      versions: [...published.versions],
      revisions: published.revisions,
      ...(published.otherRevisions === undefined ? {} : { otherRevisions: published.otherRevisions }),
      gates: [...gates],
      warnings: published.warnings,
    });
    try {
      return await this.mutations.run(actor, async (mutation) => {
        const { plan, notInFiles, running } = await this.plan(mutation, sender, body, wanted);
        planned = { files: [...plan.files], unchanged: plan.unchanged, notInFiles };
        const request = { sender, message, confirm, changeSet, prepared, running };
        const audit = new BundledAudit(mutation, changeSet);
        const published = await this.changes.apply(audit.bundling, plan, request);
        audit.finish();
        if (dryRun) throw new TakenBack(published);
        if (plan.files.length > 0)
          mutation.audit({
            action: 'workspace.import',
            target: `change-set:${changeSet}`,
            detail: { message, files: files.length, changed: plan.files.length },
          });
        return answer(published);
      });
    } catch (error) {
      if (error instanceof TakenBack) return answer(error.published);
      if (dryRun && Problem.isInstance(error) && error.code === 'confirm_required')
        return answer({ versions: [], revisions: [], warnings: [] }, withNames(error.errors ?? [], body));
      if (isUniqueViolation(error))
        throw new Problem(
          'already_exists',
          'Somebody made one of these services at the same time. Try again.',
        );
      throw error;
    }
  }

  /** What takes long is begun only for what may be imported. The answer is that of an identical request before. */
  private async lookAt(
    actor: Actor,
    sender: Principal,
    body: ImportWorkspace,
    wanted: WantedWorkspace,
  ): Promise<ImportedBody | undefined> {
    try {
      return await this.mutations.run<ImportedBody>(actor, async (mutation) => {
        await this.plan(mutation, sender, body, wanted);
        throw new LookedAt('The files were looked at');
      });
    } catch (error) {
      if (error instanceof LookedAt) return undefined;
      throw error;
    }
  }

  private async plan(
    mutation: Mutation,
    sender: Principal,
    { files }: ImportWorkspace,
    wanted: WantedWorkspace,
  ): Promise<{ plan: ImportPlan; notInFiles: string[]; running: string[] }> {
    // In this order, as all who change environments or includes: else two would wait for each other.
    await this.environments.lock(mutation);
    await this.trees.lockIncludes(mutation);
    const current = await this.current(mutation, wanted);
    const { plan, errors } = planImport(files, wanted, current);
    mustBeRight(errors);
    mustMayImport(sender, plan);
    const seen = (await this.contents.listIn(mutation, contentScopeOf(sender), BOUNDS)) ?? current.content;
    const running = current.content.services
      .filter(({ description }) => description.kind === 'service')
      .map(({ name }) => name);
    return { plan, notInFiles: pathsNotIn(files, seen).slice(0, MAX_NAMED_PATHS), running };
  }

  /** Parses what differs, so that nothing waits for that in the transaction. */
  private async prepare(workspaceId: string, wanted: WantedWorkspace): Promise<Map<number, PreparedContent>> {
    const held = await this.contents.fingerprints(
      workspaceId,
      wanted.documents.map(({ content }) => content),
    );
    const known = new Set(
      held.map((each) => `${each.service}/${each.layer}.${each.format} ${each.fingerprint}`),
    );
    const prepared = new Map<number, PreparedContent>();
    const errors: FieldError[] = [];
    for (const { index, content: document } of wanted.documents) {
      const { service, layer, format, text } = document;
      if (known.has(`${service}/${layer}.${format} ${fingerprint(text)}`)) continue;
      try {
        const content = { content: text, format };
        prepared.set(index, await this.publishing.prepare(workspaceId, content, filePointer(index)));
      } catch (error) {
        if (!Problem.isInstance(error) || error.code !== 'invalid_content') throw error;
        errors.push(...(error.errors ?? []));
      }
      // Those of usual size are parsed here: between two of them others have their turn.
      await setImmediate();
    }
    if (errors.length > 0) throw invalidContent(errors.slice(0, MAX_ERRORS));
    return prepared;
  }

  private async current(mutation: Mutation, wanted: WantedWorkspace): Promise<CurrentWorkspace> {
    const documents = wanted.documents.map(({ content }) => content);
    const names = new Set([
      ...wanted.services.keys(),
      ...wanted.schemas.keys(),
      ...documents.map(({ service }) => service),
      ...[...wanted.services.values()].flatMap(({ content }) => content.includes),
    ]);
    const archived = await this.contents.lockServices(mutation, [...names]);
    const content = await this.contents.listIn(mutation, { services: ALL, configs: ALL }, BOUNDS);
    if (content === undefined)
      throw new Problem('too_many', `Imports are for workspaces of at most ${MAX_EXPORTED_FILES} files.`);
    const fingerprints = await this.contents.fingerprintsIn(mutation, documents);
    return {
      content,
      archived,
      fingerprints: new Map(fingerprints.map((each) => [`${each.service}/${each.layer}`, each.fingerprint])),
      schemaHashes: await this.contents.schemaHashes(mutation, [...wanted.schemas.keys()]),
    };
  }
}

function mustBeRight(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  throw new Problem('invalid_request', 'The files are not right.', errors.slice(0, MAX_ERRORS));
}

/** With the path of the file in front of what is wrong with it. */
function namingFiles(error: unknown, body: ImportWorkspace): unknown {
  if (!Problem.isInstance(error) || error.errors === undefined) return error;
  const errors = withNames(error.errors, body);
  if (error.errors.every(({ pointer }) => fileIndex(pointer) === undefined)) return error;
  return new Problem(error.code, describeErrors(errors, error.message), errors, error.touched);
}

function withNames(errors: readonly FieldError[], { files }: ImportWorkspace): FieldError[] {
  return errors.map((error) => {
    const index = fileIndex(error.pointer);
    const path = index === undefined ? undefined : files[index]?.path;
    return path === undefined ? error : { ...error, message: `${path}: ${error.message}` };
  });
}

function fileIndex(pointer: string): number | undefined {
  const [, digits] = /^\/files\/(\d+)(?:\/|$)/.exec(pointer) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
