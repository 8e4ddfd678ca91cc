import type { SchemaBreakBody } from '@binnacle/contracts';
import { Alert, Code, List, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';

const MAX_SHOWN = 10;

/** Which configurations that run now would not be valid any more, and where. */
export function SchemaBreaks({ breaks }: { readonly breaks: readonly SchemaBreakBody[] }) {
  if (breaks.length === 0) return null;
  return (
    <Alert
      variant="light"
      color="brass"
      icon={<TriangleAlert size={16} />}
      title="What runs now would not be valid any more"
    >
      {breaks.map(({ service, environment, errors }) => (
        <div key={`${service} ${environment}`}>
          <Text size="sm" fw={550}>
            {service} in {environment}
          </Text>
          <List size="sm" spacing={2} mb={6}>
            {errors.slice(0, MAX_SHOWN).map(({ pointer, message }) => (
              <List.Item key={`${pointer} ${message}`}>
                {pointer !== '' && <Code>{pointer}</Code>} {message}
              </List.Item>
            ))}
            {errors.length > MAX_SHOWN && <List.Item>{`and ${errors.length - MAX_SHOWN} more`}</List.Item>}
          </List>
        </div>
      ))}
    </Alert>
  );
}
