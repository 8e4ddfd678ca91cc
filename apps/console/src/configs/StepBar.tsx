import { UnstyledButton } from '@mantine/core';
import { Check } from 'lucide-react';
import classes from './StepBar.module.css';

export type StepName = 'edit' | 'review' | 'publish';

const STEPS: readonly { readonly name: StepName; readonly label: string }[] = [
  { name: 'edit', label: 'Edit' },
  { name: 'review', label: 'Review' },
  { name: 'publish', label: 'Publish' },
];

interface Props {
  readonly step: StepName;
  /** Steps that one can go to from here. */
  readonly reachable: readonly StepName[];
  readonly onGo: (step: StepName) => void;
}

/** The three steps of a change. */
export function StepBar({ step, reachable, onGo }: Props) {
  const current = STEPS.findIndex(({ name }) => name === step);
  return (
    <ol className={classes['steps']} aria-label="Steps of a change">
      {STEPS.map(({ name, label }, index) => (
        <li key={name} className={classes['step']}>
          <UnstyledButton
            className={classes['button']}
            data-active={name === step || undefined}
            data-done={index < current || undefined}
            aria-current={name === step ? 'step' : undefined}
            disabled={name !== step && !reachable.includes(name)}
            onClick={() => onGo(name)}
          >
            <span className={classes['number']} aria-hidden>
              {index < current ? <Check size={12} strokeWidth={3} /> : index + 1}
            </span>
            {label}
          </UnstyledButton>
        </li>
      ))}
    </ol>
  );
}
