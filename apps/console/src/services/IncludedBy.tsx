import { Anchor, List, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { LoadMore } from '../shell/LoadMore';
import { useLive } from '../shell/live';
import { EmptyState, PageState } from '../shell/PageState';
import { servicesQuery } from './queries';

const TOPICS = ['services'];

/** A shared service runs nowhere: what counts is who includes it. */
export function IncludedBy({ service }: { readonly service: string }) {
  useLive(TOPICS);
  const query = useInfiniteQuery(servicesQuery({ includes: service }));
  return (
    <section aria-labelledby="included-by">
      <Title order={2} id="included-by">
        Included by
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        A change here changes the configuration of these services, and of those that include them.
      </Text>
      <PageState
        query={query}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
        empty={
          <EmptyState icon={Boxes} title="Nobody includes it yet">
            Name it under “Includes” of a service: its configuration then lies under that of the service.
          </EmptyState>
        }
      >
        {({ pages }) => (
          <List spacing={4}>
            {pages
              .flatMap(({ items }) => items)
              .map(({ name, owner }) => (
                <List.Item key={name}>
                  <Anchor
                    component={Link}
                    to="/services/$service"
                    params={{ service: name } as never}
                    size="sm"
                  >
                    {name}
                  </Anchor>
                  {owner !== null && (
                    <Text component="span" size="sm" c="dimmed">
                      {' '}
                      {owner}
                    </Text>
                  )}
                </List.Item>
              ))}
          </List>
        )}
      </PageState>
      <LoadMore query={query} />
    </section>
  );
}
