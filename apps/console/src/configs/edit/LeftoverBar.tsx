import { Button } from '@mantine/core';
import { CopyButton } from '../../shell/CopyButton';
import type { KeptText } from '../drafts/kept-texts';
import { Bar } from './NoticeBar';

interface Props {
  readonly leftover: KeptText;
  /** Undefined while there is a draft that nobody chose yet to continue. */
  readonly onBringIn: (() => void) | undefined;
  readonly onForget: () => void;
}

/** Text of an earlier visit that was never saved, and that does not fit what is there now. */
export function LeftoverBar({ leftover, onBringIn, onForget }: Props) {
  const time = new Date(leftover.atMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Bar
      isPressing
      title={`Your text of ${time} was never saved`}
      actions={
        <>
          {onBringIn !== undefined && <Button onClick={onBringIn}>Merge it in</Button>}
          <CopyButton value={leftover.source} label="Copy the text" />
          <Button variant="subtle" color="red" onClick={onForget}>
            Throw it away
          </Button>
        </>
      }
    >
      This browser kept it. It was made on{' '}
      {leftover.baseVersion === 0 ? 'an empty document' : `version ${leftover.baseVersion}`}.
      {onBringIn === undefined && ' To bring it in, continue the draft.'}
    </Bar>
  );
}
