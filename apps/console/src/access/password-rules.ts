/** As in contracts, whose constants come with their schemas; the spec holds the two together. */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 256;

/** What can be told before the server is asked; it also refuses the most common ones. */
export function passwordProblem(password: string): string | null {
  const { length } = [...password];
  if (length < MIN_PASSWORD_LENGTH) return `At least ${MIN_PASSWORD_LENGTH} characters`;
  return length > MAX_PASSWORD_LENGTH ? `At most ${MAX_PASSWORD_LENGTH} characters` : null;
}

export function repetitionProblem(password: string, repeated: string): string | null {
  return password === repeated ? null : 'The two are not the same';
}
