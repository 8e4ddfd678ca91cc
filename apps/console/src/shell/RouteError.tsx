import { Box } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useRouter } from '@tanstack/react-router';
import { PageState } from './PageState';

/** A page that could not be shown at all: nobody answered, or it broke. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const refetch = () => {
    reset();
    return router.invalidate();
  };
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
