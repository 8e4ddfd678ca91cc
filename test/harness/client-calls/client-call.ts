/** The route that a method of the client is for, a call of it, and what the request carries beside the path. */
export type ClientCall = readonly [
  route: string,
  call: () => Promise<unknown>,
  carried?: { readonly query?: Record<string, string[]>; readonly body?: unknown },
];
