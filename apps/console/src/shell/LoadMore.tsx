import { Button, Center } from '@mantine/core';

/** What an infinite query says about its next page. */
interface Props {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}

/** The end of a list that has more: reads the next page by its cursor. */
export function LoadMore({ query }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <Center py="sm">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Load more
      </Button>
    </Center>
  );
}
