import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './DataTable.module.css';

interface Props {
  /** What is listed, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly ReactNode[];
  /** Rows of `Table.Tr`. */
  readonly children: ReactNode;
  /** In pixels: below that it scrolls sideways. */
  readonly minWidth?: number;
}

/** A plain list in columns. */
export function DataTable({ label, columns, children, minWidth = 640 }: Props) {
  return (
    // Who has no mouse scrolls it with the arrow keys.
    <div className={classes['scroll']} tabIndex={0} role="group" aria-label={`${label}, scrollable`}>
      <Table className={classes['table'] ?? ''} style={{ minWidth }} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, index) =>
              // Above buttons there is nothing to say.
              column === '' || column === null ? (
                <Table.Td key={index} />
              ) : (
                <Table.Th key={index}>{column}</Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}
