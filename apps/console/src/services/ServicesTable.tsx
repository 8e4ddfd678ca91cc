import type { ServiceBody } from '@binnacle/contracts';
import { Table, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { DataTable } from '../shell/DataTable';
import { EnvironmentCell } from './EnvironmentCell';
import { LabelChips } from './LabelChips';
import { ServiceMark } from './ServiceMark';
import type { ServicesFilter } from './services-filter';
import classes from './ServicesTable.module.css';

export interface ServicesListProps {
  readonly services: readonly ServiceBody[];
  readonly environments: readonly string[];
  /** Narrows the list to what was clicked on. */
  readonly onFilter: (filter: ServicesFilter) => void;
}

export function ServicesTable({ services, environments, onFilter }: ServicesListProps) {
  return (
    <div role="presentation" onKeyDown={moveByArrow}>
      <DataTable label="Services" columns={['Service', ...environments, 'Owner', 'Labels']} minWidth={860}>
        {services.map((service) => (
          <Table.Tr key={service.name} className={classes['row'] ?? ''}>
            <Table.Td className={classes['name'] ?? ''}>
              <Link
                to="/services/$service"
                params={{ service: service.name }}
                className={classes['link']}
                data-row-link
              >
                {service.displayName ?? service.name}
              </Link>
              <ServiceMark service={service} />
              {service.description !== null && (
                <div className={classes['description']}>{service.description}</div>
              )}
            </Table.Td>
            {environments.map((environment) => (
              <Table.Td key={environment}>
                <EnvironmentCell service={service} environment={environment} />
              </Table.Td>
            ))}
            <Table.Td>
              {service.owner !== null && (
                <UnstyledButton
                  className={classes['owner']}
                  onClick={() => onFilter({ owner: service.owner ?? '' })}
                  title={`Show what ${service.owner} owns`}
                >
                  {service.owner}
                </UnstyledButton>
              )}
            </Table.Td>
            <Table.Td>
              <LabelChips labels={service.labels} onChoose={(label) => onFilter({ label })} />
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </div>
  );
}

/** Up and down go from service to service, as in any list. */
function moveByArrow(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
  const at = links.findIndex((link) => link === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}
