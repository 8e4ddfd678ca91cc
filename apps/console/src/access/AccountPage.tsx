import { Stack } from '@mantine/core';
import { PageTitle } from '../shell/PageTitle';
import { useSession } from '../shell/session';
import { ChangePassword } from './ChangePassword';
import { OwnSessions } from './OwnSessions';

/** What belongs to the signed-in person alone. */
export function AccountPage() {
  const { user, name } = useSession();
  return (
    <>
      <PageTitle title="Account" heading={user?.name ?? name} description={user?.email} />
      <Stack gap="xl">
        <OwnSessions />
        <ChangePassword />
      </Stack>
    </>
  );
}
