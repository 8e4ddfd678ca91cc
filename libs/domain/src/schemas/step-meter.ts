/** Added to every subschema before it is compiled; no user can write it, for it does not begin with `x-`. */
export const STEP_KEYWORD = 'binnacle:step';

/** Evaluations of subschemas in one validation. References can make them grow as 2ⁿ with the size of the schema. */
const MAX_STEPS = 5_000_000;
/** Errors that one validation may hold at a time; the report shows far fewer. */
const MAX_ERRORS = 1000;

export class TooManySteps extends Error {}
export class TooManyErrors extends Error {}

/** Counts the work of one validation and ends it past a bound. The validators call `step` from generated code. */
export class StepMeter {
  #steps = 0;

  restart(): void {
    this.#steps = 0;
  }

  step(errors: number): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new TooManySteps();
    if (errors > MAX_ERRORS) throw new TooManyErrors();
  }
}
