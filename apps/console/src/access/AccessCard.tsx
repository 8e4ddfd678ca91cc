import { Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Logo } from '../shell/Logo';
import classes from './AccessCard.module.css';

interface Props {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
}

/** The one card on a page outside the frame: signing in, joining, choosing a workspace. */
export function AccessCard({ title, description, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Binnacle`;
  }, [title]);
  return (
    <main className={classes['page']}>
      <div className={classes['column']}>
        <div className={classes['logo']}>
          <Logo />
        </div>
        <Paper className={classes['card'] ?? ''}>
          <Title order={1} fz={18}>
            {title}
          </Title>
          {description !== undefined && (
            <Text component="div" size="sm" c="dimmed" mt={4}>
              {description}
            </Text>
          )}
          <div className={classes['body']}>{children}</div>
        </Paper>
      </div>
    </main>
  );
}
