/** What a schema of the contracts takes: members with a default may be left out. */
export type Input<Schema extends { readonly _zod: { readonly input: unknown } }> = Schema['_zod']['input'];
