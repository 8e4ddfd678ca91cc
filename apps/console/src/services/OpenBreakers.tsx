import type { BreakerBody } from '@binnacle/contracts';
import { useQuery } from '@tanstack/react-query';
import { Zap } from 'lucide-react';
import { breakersQuery } from '../breakers/queries';
import { useMay } from '../shell/session';
import classes from './OpenBreakers.module.css';

const MAX_NAMED = 3;

interface Props {
  readonly service: string;
  readonly environment: string;
}

/** Breakers that let no call through, or not every call. Nothing at all while there is none. */
export function OpenBreakers({ service, environment }: Props) {
  const isAllowed = useMay()('breakers:read', { service, environment });
  const { data = [] } = useQuery({ ...breakersQuery(service, environment), enabled: isAllowed });
  const open = data.filter(isOpen);
  if (open.length === 0) return null;
  return (
    <ul className={classes['breakers']} aria-label="Open breakers">
      {open.slice(0, MAX_NAMED).map(({ name, state, reason }) => (
        <li key={name} title={reason}>
          <Zap size={13} aria-hidden />
          <span>{name}</span>
          <span className={classes['state']}>{STATE_WORDS[state] ?? state}</span>
        </li>
      ))}
      {open.length > MAX_NAMED && <li key="more">{open.length - MAX_NAMED} more are open</li>}
    </ul>
  );
}

const STATE_WORDS: Partial<Record<BreakerBody['state'], string>> = {
  open: 'open',
  half_open: 'trying again',
  forced_open: 'forced open',
};

function isOpen({ state }: BreakerBody): boolean {
  return state in STATE_WORDS;
}
