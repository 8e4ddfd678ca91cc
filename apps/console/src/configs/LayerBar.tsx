import { Anchor, Group, NativeSelect, ScrollArea, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { History, SquarePen } from 'lucide-react';
import { environmentsQuery } from './queries';
import classes from './LayerBar.module.css';
import type { ReactNode } from 'react';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly page: 'edit' | 'history';
  /** In the middle, where there is room. */
  readonly children?: ReactNode;
}

/** Which document of the service, and what else there is about it. */
export function LayerBar({ service, layer, page, children }: Props) {
  const navigate = useNavigate();
  const { data: environments = [] } = useQuery(environmentsQuery());
  const layers = ['base', ...environments.map(({ name }) => name)];
  if (!layers.includes(layer)) layers.push(layer);
  const choose = (chosen: string): void => {
    const params = { service, layer: chosen };
    void navigate(
      page === 'edit'
        ? { to: '/services/$service/documents/$layer', params }
        : { to: '/services/$service/documents/$layer/history', params },
    );
  };
  return (
    <div className={classes['bar']}>
      <ScrollArea type="never" visibleFrom="sm" className={classes['layers']}>
        <SegmentedControl size="xs" value={layer} onChange={choose} data={layers} aria-label="Layer" />
      </ScrollArea>
      <NativeSelect
        hiddenFrom="sm"
        size="xs"
        value={layer}
        data={layers}
        aria-label="Layer"
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
      {children !== undefined && <div className={classes['middle']}>{children}</div>}
      <Group gap="md" wrap="nowrap" className={classes['links'] ?? ''}>
        {page === 'history' ? (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/services/$service/documents/$layer" params={{ service, layer }} {...props} />
            )}
          >
            <SquarePen size={14} aria-hidden /> Edit
          </Anchor>
        ) : (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/services/$service/documents/$layer/history" params={{ service, layer }} {...props} />
            )}
          >
            <History size={14} aria-hidden /> History
          </Anchor>
        )}
      </Group>
    </div>
  );
}
