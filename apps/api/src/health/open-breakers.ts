/** What the overview asks the breakers feature: how many breakers of each service are open; none may be left out. */
export interface OpenBreakers {
  countOpen(
    workspaceId: string,
    environment: string,
    services: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
}

export const OPEN_BREAKERS = Symbol('open-breakers');
