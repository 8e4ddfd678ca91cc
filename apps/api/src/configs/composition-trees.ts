import { Injectable } from '@nestjs/common';
import { Problem } from '@binnacle/contracts';
import { type ConfigTree, ConfigTreeStore } from '@binnacle/store';
import { CompositionBudget, type CompositionPurpose, type Lease } from './composition-budget.js';

/** Of documents, and of schemas, read without having asked for the memory: most have less. */
export const UNASKED_BYTES = 262_144;
/** What a tree may grow by between it is measured and read. */
const GROWTH_BYTES = 1_048_576;
const ATTEMPTS = 3;

/** A tree with its texts, and the memory that was taken for all that is made of it. */
export interface LeasedTree {
  readonly tree: ConfigTree;
  readonly lease: Lease;
  /** As much of it is within the lease. */
  readonly mayReadBytes: number;
}

/** Whose trees, and how much memory they take: of one without its texts, too. */
export interface TreeQuestion {
  readonly workspaceId: string;
  readonly services: readonly string[];
  readonly purpose: CompositionPurpose;
  weigh(tree: ConfigTree): number | Promise<number>;
}

/** Reads trees to look at: large ones only once there is memory for them. */
@Injectable()
export class CompositionTrees {
  constructor(
    private readonly trees: ConfigTreeStore,
    private readonly budget: CompositionBudget,
  ) {}

  /**
   * The lease is for the caller to end.
   *
   * @param known what was read a moment ago, if anything
   * @throws Problem busy, and what `weigh` throws
   */
  async lease(question: TreeQuestion, known?: ConfigTree): Promise<LeasedTree> {
    const { workspaceId, services, purpose } = question;
    let measured = known ?? (await this.trees.readSeveral(workspaceId, services, UNASKED_BYTES));
    for (let attempt = 1; ; attempt++) {
      const lease = await this.budget.take(workspaceId, purpose, await question.weigh(measured));
      const mayReadBytes = measured.bytes + GROWTH_BYTES;
      if (measured.hasTexts) return { tree: measured, lease, mayReadBytes };
      try {
        const tree = await this.trees.readSeveral(workspaceId, services, mayReadBytes);
        if (tree.hasTexts) return { tree, lease, mayReadBytes };
        measured = tree;
      } catch (error) {
        lease.end();
        throw error;
      }
      lease.end();
      if (attempt >= ATTEMPTS)
        throw new Problem('busy', 'What this concerns is being changed all the time. Try again in a moment.');
    }
  }

  /** Has the memory for as long as it is looked at. @throws Problem as `lease` */
  async look<Answer>(question: TreeQuestion, use: (tree: ConfigTree) => Promise<Answer>): Promise<Answer> {
    const { tree, lease } = await this.lease(question);
    try {
      return await use(tree);
    } finally {
      lease.end();
    }
  }
}
