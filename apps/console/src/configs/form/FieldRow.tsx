import { ActionIcon, Badge, Text, Tooltip } from '@mantine/core';
import type { TextEdit } from '@binnacle/domain/edit-text';
import { CornerDownRight, Undo2 } from 'lucide-react';
import { useId } from 'react';
import { shortJson } from '../complete/key-card';
import classes from './FieldRow.module.css';
import { FieldControl } from './FieldControl';
import type { FormField } from './form-rows';

interface Props {
  readonly field: FormField;
  readonly isOverlay: boolean;
  readonly isDisabled: boolean;
  readonly onEdit: (edit: TextEdit) => void;
  readonly onGo: (pointer: string) => void;
}

/** One field: what it is, its control, and whether it is set here or comes from below. */
export function FieldRow({ field, isOverlay, isDisabled, onEdit, onGo }: Props) {
  const { pointer, name, depth, description, isSet, value } = field;
  const id = useId();
  const title = description?.title ?? name;
  return (
    <div className={classes['field']} style={{ paddingLeft: 10 + depth * 14 }} data-set={isSet}>
      <div className={classes['head']}>
        <label htmlFor={id} id={`${id}-label`} className={classes['title']}>
          {title}
        </label>
        {title !== name && <code className={classes['name']}>{name}</code>}
        {description?.required === true && <span className={classes['quiet']}>required</span>}
        {description?.deprecated === true && (
          <Badge size="xs" color="brass" variant="light">
            deprecated
          </Badge>
        )}
        <span className={classes['actions']}>
          {isSet && !isDisabled && (
            <Tooltip label={isOverlay ? 'Use what lies below' : 'Remove from this document'}>
              <ActionIcon
                size="sm"
                aria-label={`Remove ${name} from this document`}
                onClick={() => onEdit({ pointer, remove: true })}
              >
                <Undo2 size={13} />
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label="Show in the text">
            <ActionIcon size="sm" aria-label={`Show ${name} in the text`} onClick={() => onGo(pointer)}>
              <CornerDownRight size={13} />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      {value === null && isOverlay ? (
        <Text size="xs" c="dimmed">
          Taken away here{field.inherited === undefined ? '' : `: below it is ${shortJson(field.inherited)}`}
        </Text>
      ) : (
        <FieldControl
          id={id}
          field={field}
          isDisabled={isDisabled}
          onChange={(changed) => onEdit({ pointer, value: changed })}
        />
      )}
      {description?.description !== undefined && (
        <Text size="xs" c="dimmed" lineClamp={2} title={description.description} mt={2}>
          {description.description}
        </Text>
      )}
    </div>
  );
}
