import { useCallback, useMemo, useState } from 'react';
import { useLiveEvent } from '../../shell/live';
import { useSession } from '../../shell/session';
import { editorsIn, type SeenEditor } from './seen-editors';

/** The names of those who change a document now, without one's own. */
export function useOtherEditors(service: string, layer: string): readonly string[] {
  const { name: ownName } = useSession();
  const [editors, setEditors] = useState<readonly SeenEditor[]>([]);
  useLiveEvent(
    'editors',
    useCallback(
      (message: unknown) => {
        const seen = editorsIn(message, service, layer);
        if (seen !== undefined) setEditors(seen);
      },
      [service, layer],
    ),
  );
  return useMemo(
    () => editors.map(({ name }) => name).filter((name) => name !== ownName),
    [editors, ownName],
  );
}
