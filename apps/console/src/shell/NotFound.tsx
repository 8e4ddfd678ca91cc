import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { EmptyState } from './PageState';

export function NotFound() {
  return (
    <main>
      <EmptyState
        isPage
        icon={SearchX}
        title="There is no such page"
        action={
          <Button component={Link} to="/services" variant="default">
            Go to the services
          </Button>
        }
      >
        The address may be mistyped, or what it named is gone.
      </EmptyState>
    </main>
  );
}
