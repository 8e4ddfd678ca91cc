import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import type { ApprovalWithChangesBody } from '@binnacle/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChangeList } from '../configs/review/ChangeList';
import { useLive } from '../shell/live';
import { PageState } from '../shell/PageState';
import { PageTitle } from '../shell/PageTitle';
import { RelativeTime } from '../shell/RelativeTime';
import { ApprovalStateBadge } from './ApprovalStateBadge';
import { DecideApproval } from './DecideApproval';
import { approvalQuery } from './queries';

const approvalRoute = getRouteApi('/signed-in/approvals/$approval');
const TOPICS = ['approvals'];

export function ApprovalPage() {
  const { approval } = approvalRoute.useParams();
  useLive(TOPICS);
  const query = useQuery(approvalQuery(approval));
  return <PageState query={query}>{(data) => <Approval approval={data} />}</PageState>;
}

function Approval({ approval }: { readonly approval: ApprovalWithChangesBody }) {
  const { service, environment, revision, state, message, author, createdAt } = approval;
  return (
    <>
      <PageTitle
        title={`${service} in ${environment}, r${revision}`}
        heading={
          <Group gap="sm">
            <span>
              <Anchor
                underline="always"
                inherit
                renderRoot={(props) => <Link {...props} to="/services/$service" params={{ service }} />}
              >
                {service}
              </Anchor>{' '}
              in {environment}, r{revision}
            </span>
            <ApprovalStateBadge state={state} />
          </Group>
        }
        description={
          <>
            {author}, <RelativeTime at={createdAt} />
          </>
        }
      />
      <Stack gap="lg" maw={960}>
        {message !== '' && <Text style={{ whiteSpace: 'pre-wrap' }}>{message}</Text>}
        <Decision approval={approval} />
        {state === 'pending' && <DecideApproval approval={approval} />}
        <Changes approval={approval} />
        <SecretChanges changes={approval.secretChanges} />
        <div>
          <Title order={2} mb={4}>
            Written by
          </Title>
          <Text size="sm">{approval.authors.join(', ')}</Text>
          <Text size="xs" c="dimmed">
            None of them may approve it.
          </Text>
        </div>
      </Stack>
    </>
  );
}

function Decision({
  approval: { decidedBy, decidedAt, comment, state },
}: {
  readonly approval: ApprovalWithChangesBody;
}) {
  if (decidedBy === null || decidedAt === null) return null;
  const verbs = {
    approved: 'Approved',
    rejected: 'Rejected',
    superseded: 'Superseded',
    emergency: 'Released in an emergency',
    pending: '',
  };
  return (
    <div>
      <Text size="sm">
        {verbs[state]} by {decidedBy}, <RelativeTime at={decidedAt} />
      </Text>
      {comment !== null && comment !== '' && <Text size="sm">“{comment}”</Text>}
    </div>
  );
}

function Changes({
  approval: { from, to, described, changesTruncated },
}: {
  readonly approval: ApprovalWithChangesBody;
}) {
  return (
    <div>
      <Title order={2} mb={6}>
        {from === null
          ? `r${to.revision}, the first`
          : `From r${from.revision}, which runs, to r${to.revision}`}
      </Title>
      {described.length === 0 ? (
        <Text size="sm" c="dimmed">
          {changesTruncated
            ? 'Too large to be compared here: see the documents.'
            : 'The content is the same.'}
        </Text>
      ) : (
        <ChangeList changes={described} total={described.length} />
      )}
      {described.length > 0 && changesTruncated && (
        <Text size="xs" c="dimmed">
          There is more than is listed here.
        </Text>
      )}
    </div>
  );
}

function SecretChanges({ changes }: { readonly changes: ApprovalWithChangesBody['secretChanges'] }) {
  if (changes.length === 0) return null;
  const version = (number: number | null) => (number === null ? 'none' : `version ${number}`);
  return (
    <div>
      <Title order={2} mb={4}>
        Secrets
      </Title>
      {changes.map(({ name, from, to }) => (
        <Text size="sm" key={name}>
          <b>{name}</b>: {version(from)} → {version(to)}
        </Text>
      ))}
    </div>
  );
}
