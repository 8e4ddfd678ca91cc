import { createClient } from '@binnacle/client';

/** The API that served this page; the cookie says who asks, and the session client keeps the CSRF token. */
export const apiClient = createClient({
  url: location.origin,
  fetch: (input, init) => fetch(input, init),
});
