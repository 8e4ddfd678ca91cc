import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from './plane.ts';
import { profiled } from './profile.ts';

export interface BenchOptions {
  /** Also profile the API process. Figures taken meanwhile are lower than without. */
  readonly isProfiled: boolean;
}

/** Runs what is measured, under the profiler when that was asked for. */
export function measured<Answer>(
  options: BenchOptions,
  name: string,
  api: Api,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (!options.isProfiled) return work();
  return profiled(api, join(tmpdir(), `binnacle-${name}.cpuprofile`), work);
}
