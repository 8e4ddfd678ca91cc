import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './PageTitle.module.css';

interface Props {
  readonly title: string;
  /** Shown instead of the plain title, which stays that of the browser's tab. */
  readonly heading?: ReactNode;
  readonly description?: ReactNode;
  /** Buttons at the end of the line. */
  readonly actions?: ReactNode;
}

/** The head of a page; names the browser's tab too. */
export function PageTitle({ title, heading, description, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Binnacle`;
  }, [title]);
  return (
    <Group className={classes['head']} justify="space-between" align="flex-start" gap="sm">
      <div className={classes['words']}>
        <Title order={1}>{heading ?? title}</Title>
        {description !== undefined && (
          <Text component="div" c="dimmed" size="sm" mt={2}>
            {description}
          </Text>
        )}
      </div>
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
