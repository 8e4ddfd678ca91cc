import { useEffect, useState } from 'react';

/**
 * The one-time token of a link. It stands in the fragment, which reaches no server's log, and leaves the address bar as
 * soon as it was read.
 */
export function useFragmentToken(): string {
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
  }, []);
  return token;
}
