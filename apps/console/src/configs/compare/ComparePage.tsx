import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import type { PublishedBody } from '@binnacle/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '../../shell/live';
import { EmptyState, PageState } from '../../shell/PageState';
import { useMay } from '../../shell/session';
import { PublishedStep } from '../publish/PublishedStep';
import { environmentsQuery, explainQuery } from '../queries';
import { DifferenceList } from './DifferenceList';
import { differencesBetween } from './environment-differences';
import { PromotePanel } from './PromotePanel';

const compareRoute = getRouteApi('/signed-in/services/$service/compare');

/** The released configs of two environments side by side, and what of the one goes to the other. */
export function ComparePage() {
  const { service } = compareRoute.useParams();
  const search = compareRoute.useSearch();
  const navigate = compareRoute.useNavigate();
  useLive([`service:${service}`]);
  const environments = useQuery(environmentsQuery());
  return (
    <PageState
      query={environments}
      isEmpty={(all) => all.length < 2}
      empty={<EmptyState title="There is nothing to compare yet">Two environments are needed.</EmptyState>}
    >
      {(all) => {
        const names = all.map(({ name }) => name);
        // Towards production: the last two, unless the address says otherwise.
        const to = search.to !== undefined && names.includes(search.to) ? search.to : (names.at(-1) ?? '');
        const others = names.filter((name) => name !== to);
        const from =
          search.from !== undefined && others.includes(search.from) ? search.from : (others.at(-1) ?? '');
        const choose = (next: { from: string; to: string }) =>
          void navigate({ search: next, resetScroll: false });
        return (
          <Stack gap="sm">
            <Group gap="xs" wrap="nowrap" maw={480}>
              <NativeSelect
                flex={1}
                size="xs"
                aria-label="From environment"
                value={from}
                data={others}
                onChange={({ currentTarget }) => choose({ from: currentTarget.value, to })}
              />
              <ArrowRight size={14} aria-label="to" />
              <NativeSelect
                flex={1}
                size="xs"
                aria-label="To environment"
                value={to}
                data={names}
                onChange={({ currentTarget }) =>
                  choose({ from: currentTarget.value === from ? to : from, to: currentTarget.value })
                }
              />
            </Group>
            <Comparison key={`${from} ${to}`} service={service} from={from} to={to} />
          </Stack>
        );
      }}
    </PageState>
  );
}

function Comparison({
  service,
  from,
  to,
}: {
  readonly service: string;
  readonly from: string;
  readonly to: string;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isPromoting, setIsPromoting] = useState(false);
  const [published, setPublished] = useState<PublishedBody>();
  const mayPublish = useMay()('config:publish', { service, environment: to });
  const source = useQuery(explainQuery(service, from));
  const target = useQuery(explainQuery(service, to));
  if (published !== undefined)
    return (
      <PublishedStep
        service={service}
        layer={to}
        published={published}
        editLabel="Compare again"
        onEditAgain={() => {
          setPublished(undefined);
          setIsPromoting(false);
          setChosen(new Set());
        }}
      />
    );
  return (
    <PageState query={source}>
      {(sourceConfig) => (
        <PageState query={target}>
          {(targetConfig) => {
            if (sourceConfig === null)
              return (
                <EmptyState title={`Nothing is released in ${from} yet`}>
                  There is nothing to take from it.
                </EmptyState>
              );
            const differences = differencesBetween(targetConfig ?? undefined, sourceConfig);
            if (differences.length === 0)
              return (
                <EmptyState title={`${from} and ${to} have the same configuration`}>
                  Revision {sourceConfig.revision} in {from}, {targetConfig?.revision} in {to}.
                </EmptyState>
              );
            return (
              <Stack gap="md">
                <Text size="sm" c="dimmed">
                  {differences.length === 1 ? 'One place differs' : `${differences.length} places differ`}:
                  revision {sourceConfig.revision} in {from},{' '}
                  {targetConfig === null ? 'nothing released' : `revision ${targetConfig.revision}`} in {to}.
                </Text>
                <DifferenceList
                  from={from}
                  to={to}
                  differences={differences}
                  chosen={chosen}
                  isDisabled={isPromoting}
                  mayPromote={mayPublish}
                  onChoose={setChosen}
                  onPromote={() => setIsPromoting(true)}
                />
                {isPromoting && (
                  <PromotePanel
                    service={service}
                    from={from}
                    to={to}
                    {...(chosen.size === differences.length ? {} : { pointers: [...chosen] })}
                    onCancel={() => setIsPromoting(false)}
                    onPromoted={setPublished}
                  />
                )}
              </Stack>
            );
          }}
        </PageState>
      )}
    </PageState>
  );
}
