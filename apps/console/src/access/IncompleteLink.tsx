import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { AccessCard } from './AccessCard';

/** A link for an invitation or a new password that came without its token. */
export function IncompleteLink() {
  return (
    <AccessCard title="This link is not complete">
      <Text size="sm">
        Open the link exactly as it was sent to you, or ask for a new one.{' '}
        <Anchor component={Link} to="/sign-in" size="sm">
          Sign in
        </Anchor>
      </Text>
    </AccessCard>
  );
}
