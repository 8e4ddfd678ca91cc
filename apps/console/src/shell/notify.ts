import { PlaneUnreachable } from '@binnacle/client';
import type { NotificationData } from '@mantine/notifications';

const READ_A_PROBLEM_MS = 10_000;

/** Something was done; say what, in a few words. */
export function notifyDone(message: string): void {
  void show({ message, color: 'harbor' });
}

/** A refusal that belongs to no form. Inside forms and dialogs, show a `ProblemAlert` instead. */
export function notifyProblem(error: Error): void {
  const message = PlaneUnreachable.isInstance(error)
    ? 'Binnacle did not answer. Look whether it happened, and try again.'
    : error.message;
  void show({ message, color: 'red', autoClose: READ_A_PROBLEM_MS });
}

/** Loaded when the first one is shown. */
async function show(notification: NotificationData): Promise<void> {
  const { notifications } = await import('@mantine/notifications');
  notifications.show({ withBorder: true, ...notification });
}
