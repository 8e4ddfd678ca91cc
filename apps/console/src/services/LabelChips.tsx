import { UnstyledButton } from '@mantine/core';
import classes from './LabelChips.module.css';

const MAX_SHOWN = 3;

interface Props {
  readonly labels: Readonly<Record<string, string>>;
  /** Given `key=value`. */
  readonly onChoose?: (label: string) => void;
  readonly isWhole?: boolean;
}

export function LabelChips({ labels, onChoose, isWhole = false }: Props) {
  const all = Object.entries(labels);
  const shown = isWhole ? all : all.slice(0, MAX_SHOWN);
  if (all.length === 0) return null;
  return (
    <span className={classes['chips']}>
      {shown.map(([key, value]) => {
        const words = (
          <>
            <span className={classes['key']}>{key}</span>
            {value === '' ? '' : ` ${value}`}
          </>
        );
        return onChoose === undefined ? (
          <span key={key} className={classes['chip']}>
            {words}
          </span>
        ) : (
          <UnstyledButton
            key={key}
            className={classes['chip']}
            title={`Show services with ${key}=${value}`}
            onClick={() => onChoose(`${key}=${value}`)}
          >
            {words}
          </UnstyledButton>
        );
      })}
      {all.length > shown.length && (
        <span className={classes['more']} title={all.map((pair) => pair.join('=')).join('\n')}>
          +{all.length - shown.length}
        </span>
      )}
    </span>
  );
}
