import { Alert, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from '../shell/CopyButton';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  readonly secret: string;
  /** What the secret is, for the button that copies it: "Copy the token". */
  readonly copyLabel: string;
  readonly onClose: () => void;
}

/** What the server tells once and keeps nowhere. Closes only by its button, so that a slip does not lose it. */
export function OneTimeSecret({ title, children, secret, copyLabel, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title={title} closeOnClickOutside={false} closeOnEscape={false} size="lg">
      <Stack gap="sm">
        <Alert variant="light" color="brass" icon={<KeyRound size={16} />} title="Shown this once">
          <Text size="sm" component="div">
            {children}
          </Text>
        </Alert>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', flex: 1 }}>
            {secret}
          </Code>
          <CopyButton value={secret} label={copyLabel} />
        </Group>
        <Group justify="flex-end">
          <Button onClick={onClose}>I have kept it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
