import { Problem } from '@binnacle/contracts';

/** Of all large bodies that a process has taken on and not answered yet, and of those of one workspace. */
const MAX_BYTES = 134_217_728;
const MAX_BYTES_PER_WORKSPACE = 33_554_432;

/** Bounds the memory that large bodies take: what goes beyond is refused before anything of it is read. */
export class BodyBudget {
  private total = 0;
  private readonly taken = new Map<string, number>();

  /** Returns what gives it back. @throws Problem busy */
  take(workspaceId: string, bytes: number): () => void {
    const before = this.taken.get(workspaceId) ?? 0;
    if (before + bytes > MAX_BYTES_PER_WORKSPACE)
      throw new Problem(
        'busy',
        'Other large requests of this workspace are under way. Try again in a moment.',
      );
    if (this.total + bytes > MAX_BYTES)
      throw new Problem('busy', 'Other large requests are under way. Try again in a moment.');
    this.total += bytes;
    this.taken.set(workspaceId, before + bytes);
    return () => {
      this.total -= bytes;
      const left = (this.taken.get(workspaceId) ?? 0) - bytes;
      if (left > 0) this.taken.set(workspaceId, left);
      else this.taken.delete(workspaceId);
    };
  }
}
