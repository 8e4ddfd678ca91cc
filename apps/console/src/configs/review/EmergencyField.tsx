import { Checkbox, Stack, Text, Textarea } from '@mantine/core';
import { useMay } from '../../shell/session';

interface Props {
  readonly service: string;
  /** Those that are protected. */
  readonly environments: readonly string[];
  /** Undefined unless the release is not to wait. */
  readonly reason: string | undefined;
  readonly onReason: (reason: string | undefined) => void;
}

/** For who may do without an approval, and says why. */
export function EmergencyField({ service, environments, reason, onReason }: Props) {
  const may = useMay();
  const names = [...new Set(environments)].join(', ');
  const mayRelease = environments.every((environment) => may('config:emergency', { service, environment }));
  return (
    <Stack gap={6}>
      <Text size="sm">
        <b>{names}</b> {environments.length === 1 ? 'waits' : 'wait'} until a second person has approved.
      </Text>
      {mayRelease && (
        <Checkbox
          size="sm"
          label="This is an emergency: release at once, without an approval"
          checked={reason !== undefined}
          onChange={({ currentTarget }) => onReason(currentTarget.checked ? '' : undefined)}
        />
      )}
      {reason !== undefined && (
        <Textarea
          label="Reason"
          description="Stands in the audit"
          required
          minRows={2}
          autosize
          maxLength={1000}
          value={reason}
          onChange={({ currentTarget }) => onReason(currentTarget.value)}
        />
      )}
    </Stack>
  );
}
