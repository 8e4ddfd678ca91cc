import { PlaneUnreachable, RequestProblem } from '@binnacle/client';
import { type FieldError, Problem, PROBLEMS } from '@binnacle/contracts';
import { Alert, Button, Code, Group, List, Text } from '@mantine/core';
import { CircleAlert, CloudOff } from 'lucide-react';
import { CopyButton } from './CopyButton';

interface Props {
  readonly error: Error;
  /** Instead of the title that belongs to the code. */
  readonly title?: string;
  readonly onRetry?: () => void;
}

const MAX_ERRORS_SHOWN = 20;

/** What went wrong, in the server's own words: detail, errors with their pointers, and the id of the request. */
export function ProblemAlert({ error, title, onRetry }: Props) {
  const isUnreachable = PlaneUnreachable.isInstance(error);
  const problem = Problem.isInstance(error) ? error : undefined;
  const requestId = error instanceof RequestProblem ? error.requestId : undefined;
  const shownTitle = title ?? titleOf(error);
  const detail = isUnreachable ? 'Check the connection. Nothing that was typed is lost.' : error.message;
  return (
    <Alert
      role="alert"
      variant="light"
      color={isUnreachable ? 'brass' : 'red'}
      icon={isUnreachable ? <CloudOff size={16} /> : <CircleAlert size={16} />}
      title={shownTitle}
    >
      {detail !== `${shownTitle}.` && <Text size="sm">{detail}</Text>}
      {problem?.errors !== undefined && problem.errors.length > 0 && <Errors errors={problem.errors} />}
      {(requestId !== undefined || onRetry !== undefined) && (
        <Group mt="xs" gap="sm">
          {onRetry !== undefined && (
            <Button variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
          {requestId !== undefined && (
            <Group gap={4} wrap="nowrap">
              <Text size="xs">
                Request <span data-request-id>{requestId}</span>
              </Text>
              <CopyButton value={requestId} label="Copy the id of the request" />
            </Group>
          )}
        </Group>
      )}
    </Alert>
  );
}

function Errors({ errors }: { readonly errors: readonly FieldError[] }) {
  return (
    <List size="sm" mt={6} spacing={2}>
      {errors.slice(0, MAX_ERRORS_SHOWN).map(({ pointer, message, environment }) => (
        <List.Item key={`${environment ?? ''} ${pointer} ${message}`}>
          {environment !== undefined && <b>{environment} </b>}
          {pointer !== '' && <Code>{pointer}</Code>} {message}
        </List.Item>
      ))}
      {errors.length > MAX_ERRORS_SHOWN && (
        <List.Item key="more">{`and ${errors.length - MAX_ERRORS_SHOWN} more`}</List.Item>
      )}
    </List>
  );
}

function titleOf(error: Error): string {
  if (PlaneUnreachable.isInstance(error)) return 'Binnacle cannot be reached';
  return Problem.isInstance(error) ? PROBLEMS[error.code].title : 'Something went wrong on this page';
}
