import { PlaneUnreachable } from '@binnacle/client';
import { Box } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { PageState } from './PageState';

const TRY_AGAIN_AFTER_MS = 5_000;

/** A page that could not be shown at all: nobody answered, or it broke. What nobody answered is tried again by itself. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const refetch = useCallback(() => {
    reset();
    return router.invalidate();
  }, [reset, router]);
  const isUnreachable = PlaneUnreachable.isInstance(error);
  useEffect(() => {
    if (!isUnreachable) return;
    const retry = () => void refetch();
    const timer = setInterval(retry, TRY_AGAIN_AFTER_MS);
    addEventListener('online', retry);
    return () => {
      clearInterval(timer);
      removeEventListener('online', retry);
    };
  }, [isUnreachable, refetch]);
  return (
    <Box p="md" maw={760} mx="auto">
      <PageState
        query={{ data: undefined, error: error instanceof Error ? error : new Error(String(error)), refetch }}
      >
        {() => null}
      </PageState>
    </Box>
  );
}
