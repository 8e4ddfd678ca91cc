import { ActionIcon, CopyButton as MantineCopyButton } from '@mantine/core';
import { Check, Copy } from 'lucide-react';

interface Props {
  readonly value: string;
  /** Says what is copied. */
  readonly label?: string;
}

const SHOW_DONE_MS = 1_500;

export function CopyButton({ value, label = 'Copy' }: Props) {
  return (
    <MantineCopyButton value={value} timeout={SHOW_DONE_MS}>
      {({ copied, copy }) => (
        <ActionIcon size="sm" aria-label={copied ? 'Copied' : label} title={label} onClick={copy}>
          {copied ? <Check size={13} /> : <Copy size={13} />}
        </ActionIcon>
      )}
    </MantineCopyButton>
  );
}
