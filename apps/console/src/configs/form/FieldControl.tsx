import { Group, NativeSelect, NumberInput, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import type { Json } from '@binnacle/domain';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { shortJson } from '../complete/key-card';
import classes from './FieldRow.module.css';
import type { FormField } from './form-rows';

interface Props {
  readonly id: string;
  readonly field: FormField;
  readonly isDisabled: boolean;
  readonly onChange: (value: Json) => void;
}

/** What a field is changed with. Words and numbers count when the field is left, or on Enter. */
export function FieldControl({ id, field, isDisabled, onChange }: Props) {
  const { control, value, inherited, description } = field;
  const shown = value ?? inherited;
  switch (control.kind) {
    case 'switch':
      return (
        <Group gap="xs">
          <Switch
            id={id}
            size="sm"
            checked={shown === true}
            disabled={isDisabled}
            onChange={({ currentTarget }) => onChange(currentTarget.checked)}
            label={shown === undefined ? 'not set' : String(shown)}
          />
          {value === undefined && inherited !== undefined && (
            <Text size="xs" c="dimmed">
              {originOf(field)}
            </Text>
          )}
        </Group>
      );
    case 'select': {
      // What is there and not allowed stays in sight.
      const isKnown = value === undefined || control.options.includes(value);
      const labels = (isKnown ? control.options : [value, ...control.options]).map((option) => ({
        value: JSON.stringify(option),
        label: typeof option === 'string' ? option : JSON.stringify(option),
      }));
      const unset = placeholderOf(field);
      return (
        <NativeSelect
          id={id}
          size="xs"
          disabled={isDisabled}
          value={value === undefined ? '' : JSON.stringify(value)}
          data={[{ value: '', label: unset, disabled: value !== undefined }, ...labels]}
          onChange={({ currentTarget }) =>
            currentTarget.value !== '' && onChange(JSON.parse(currentTarget.value) as Json)
          }
        />
      );
    }
    case 'number':
      return (
        <NumberField
          id={id}
          value={typeof value === 'number' ? value : undefined}
          placeholder={placeholderOf(field)}
          unit={description?.unit}
          isInteger={control.isInteger}
          minimum={description?.minimum}
          maximum={description?.maximum}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      );
    case 'text':
      return (
        <TextField
          id={id}
          value={typeof value === 'string' ? value : undefined}
          placeholder={placeholderOf(field)}
          unit={description?.unit}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      );
    case 'list':
      return (
        <TagsInput
          id={id}
          size="xs"
          disabled={isDisabled || control.of === 'number'}
          value={((shown ?? []) as readonly Json[]).map(String)}
          onChange={onChange}
          allowDuplicates
          splitChars={['\n']}
        />
      );
    case 'secret':
      return (
        <Text size="xs" c="dimmed">
          <KeyRound size={12} aria-hidden /> Secret <code>{control.secret}</code>
        </Text>
      );
    case 'text-only':
      return (
        <Text size="xs" c="dimmed" className={classes['value'] ?? ''} id={id}>
          {shown === undefined ? 'Not set. Write it in the text.' : <code>{shortJson(shown)}</code>}
        </Text>
      );
  }
}

interface NumberProps {
  readonly id: string;
  readonly value: number | undefined;
  readonly placeholder: string;
  readonly unit: string | undefined;
  readonly isInteger: boolean;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly isDisabled: boolean;
  readonly onChange: (value: Json) => void;
}

function NumberField(props: NumberProps) {
  const { value, unit } = props;
  const [typed, setTyped] = useTyped<number | string>(value ?? '');
  const commit = (): void => {
    if (typeof typed === 'number' && typed !== value) props.onChange(typed);
    else if (typed === '') setTyped(value ?? '');
  };
  return (
    <NumberInput
      id={props.id}
      size="xs"
      value={typed}
      onChange={setTyped}
      onBlur={commit}
      onKeyDown={({ key }) => key === 'Enter' && commit()}
      disabled={props.isDisabled}
      allowDecimal={!props.isInteger}
      hideControls
      placeholder={props.placeholder}
      clampBehavior="none"
      {...(props.minimum === undefined ? {} : { min: props.minimum })}
      {...(props.maximum === undefined ? {} : { max: props.maximum })}
      {...(unit === undefined
        ? {}
        : { rightSection: <span className={classes['unit']}>{unit}</span>, rightSectionWidth: 'auto' })}
    />
  );
}

interface TextProps extends Pick<NumberProps, 'id' | 'placeholder' | 'unit' | 'isDisabled' | 'onChange'> {
  readonly value: string | undefined;
}

function TextField({ id, value, placeholder, unit, isDisabled, onChange }: TextProps) {
  const [typed, setTyped] = useTyped(value ?? '');
  const commit = (): void => {
    // Leaving an empty field empty is no change; a text becomes empty only where there was one.
    if (typed !== (value ?? '')) onChange(typed);
  };
  return (
    <TextInput
      id={id}
      size="xs"
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => key === 'Enter' && commit()}
      disabled={isDisabled}
      placeholder={placeholder}
      {...(unit === undefined
        ? {}
        : { rightSection: <span className={classes['unit']}>{unit}</span>, rightSectionWidth: 'auto' })}
    />
  );
}

/** What is typed and not yet in the text; what the text says instead as soon as that changes. */
function useTyped<Value>(value: Value): [Value, (typed: Value) => void] {
  const [state, setState] = useState({ value, typed: value });
  if (state.value !== value) setState({ value, typed: value });
  return [state.typed, (typed) => setState({ value, typed })];
}

/** What holds while nothing is set here, and where that comes from. */
function placeholderOf(field: FormField): string {
  const { inherited } = field;
  if (inherited === undefined) return 'not set';
  return `${typeof inherited === 'string' ? inherited : shortJson(inherited)} (${originOf(field)})`;
}

function originOf({ isDefault }: FormField): string {
  return isDefault ? 'default' : 'from below';
}
