import { ActionIcon, Badge, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import type { DocumentVersionBody } from '@binnacle/contracts';
import { useMutation } from '@tanstack/react-query';
import { EllipsisVertical, RotateCcw, Tag, TagsIcon } from 'lucide-react';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { notifyProblem } from '../../shell/notify';
import { queryClient } from '../../shell/query-client';
import { RelativeTime } from '../../shell/RelativeTime';
import { useMay } from '../../shell/session';
import { Counts } from '../review/EffectTable';
import { actorName } from '../actor-name';
import { TagDialog } from './TagDialog';
import classes from './VersionRow.module.css';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly version: DocumentVersionBody;
  readonly isLive: boolean;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onRestore: () => void;
}

/** One version: what, who, when, how much; to be looked at, restored and tagged. */
export function VersionRow({ service, layer, version, isLive, isSelected, onSelect, onRestore }: Props) {
  const { version: number, message, author, contributors, createdAt, change, tags } = version;
  const [isTagging, setIsTagging] = useState(false);
  const mayPublish = useMay()(
    'config:publish',
    layer === 'base' ? { service } : { service, environment: layer },
  );
  const untag = useMutation({
    mutationFn: (tag: string) => apiClient.documentTags.remove(service, layer, tag),
    onError: notifyProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['configs', 'versions', service, layer] }),
  });
  const others = contributors.filter((name) => name !== author);
  return (
    <div className={classes['row']} data-selected={isSelected}>
      <UnstyledButton className={classes['button']} aria-pressed={isSelected} onClick={onSelect}>
        <span className={classes['line']}>
          <b>v{number}</b>
          {isLive && (
            <Badge size="xs" color="harbor" variant="light">
              live
            </Badge>
          )}
          {tags.map((tag) => (
            <Badge
              key={tag}
              size="xs"
              color="brass"
              variant="light"
              leftSection={<Tag size={9} aria-hidden />}
              className={classes['tag'] ?? ''}
            >
              {tag}
            </Badge>
          ))}
          {change !== null && (
            <span className={classes['counts']}>
              <Counts {...change} />
            </span>
          )}
        </span>
        <span className={classes['message']} data-empty={message === ''}>
          {message === '' ? 'No message' : message}
        </span>
        <Text size="xs" c="dimmed" component="span">
          {actorName(author)}
          {others.length > 0 && ` with ${others.map(actorName).join(', ')}`}, <RelativeTime at={createdAt} />
        </Text>
      </UnstyledButton>
      <Group gap={0} className={classes['actions'] ?? ''}>
        {mayPublish && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={`More about version ${number}`}>
                <EllipsisVertical size={15} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {!isLive && (
                <Menu.Item leftSection={<RotateCcw size={14} />} onClick={onRestore}>
                  Restore this version
                </Menu.Item>
              )}
              <Menu.Item leftSection={<Tag size={14} />} onClick={() => setIsTagging(true)}>
                Tag it
              </Menu.Item>
              {tags.map((tag) => (
                <Menu.Item key={tag} leftSection={<TagsIcon size={14} />} onClick={() => untag.mutate(tag)}>
                  Remove the tag {tag}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {isTagging && (
        <TagDialog service={service} layer={layer} version={number} onClose={() => setIsTagging(false)} />
      )}
    </div>
  );
}
