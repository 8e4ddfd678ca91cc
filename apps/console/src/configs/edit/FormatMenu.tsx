import { Button, Menu, Text } from '@mantine/core';
import type { ContentFormat } from '@binnacle/domain/parse-content';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { ConfirmDialog } from '../../shell/ConfirmDialog';
import type { DraftText } from '../drafts/draft-state';
import { inDocumentWorker } from '../work/document-worker';

interface Props {
  readonly text: DraftText;
  readonly isReadOnly: boolean;
  readonly onChange: (text: DraftText) => void;
}

const NAMES: Record<ContentFormat, string> = { json: 'JSON', yaml: 'YAML' };

/** The format of the text, and the other one to write it in. */
export function FormatMenu({ text, isReadOnly, onChange }: Props) {
  const [isAsked, setIsAsked] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const other: ContentFormat = text.format === 'json' ? 'yaml' : 'json';
  const convert = async (): Promise<void> => {
    setError(null);
    try {
      const answer =
        text.source.trim() === ''
          ? { ok: true as const, source: '' }
          : await inDocumentWorker({ kind: 'convert', text, format: other });
      if (!answer.ok) return setError(new Error(answer.errors[0]?.message));
      onChange({ source: answer.source, format: other });
      setIsAsked(false);
    } catch (failure) {
      setError(failure as Error);
    }
  };
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            size="compact-xs"
            rightSection={<ChevronDown size={12} aria-hidden />}
            disabled={isReadOnly}
          >
            {NAMES[text.format]}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() =>
              text.format === 'yaml' && text.source.includes('#') ? setIsAsked(true) : void convert()
            }
          >
            Write it as {NAMES[other]}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={isAsked || error !== null}
        title={`Write it as ${NAMES[other]}`}
        confirmLabel={`Write it as ${NAMES[other]}`}
        error={error}
        onConfirm={() => void convert()}
        onClose={() => {
          setIsAsked(false);
          setError(null);
        }}
      >
        <Text size="sm">
          The comments in the text are lost. Undo brings them back as long as this page is open.
        </Text>
      </ConfirmDialog>
    </>
  );
}
