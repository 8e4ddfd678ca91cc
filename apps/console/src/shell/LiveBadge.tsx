import { Radio, WifiOff } from 'lucide-react';
import classes from './LiveBadge.module.css';
import { useLiveState } from './live';

/** Whether what is shown follows changes at once. Quiet as long as it does. */
export function LiveBadge() {
  const state = useLiveState();
  const isLive = state === 'live';
  const Icon = isLive ? Radio : WifiOff;
  return (
    <output
      className={classes['badge']}
      data-state={state}
      title={isLive ? 'Changes appear here by themselves' : 'No live connection: read again every 15 seconds'}
    >
      {(isLive || state === 'away') && (
        <>
          <Icon size={14} aria-hidden />
          {isLive ? 'Live' : 'Reconnecting'}
        </>
      )}
    </output>
  );
}
