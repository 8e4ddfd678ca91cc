import { Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { PublishedBody } from '@binnacle/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useRef, useState } from 'react';
import { useLive } from '../../shell/live';
import { LoadMore } from '../../shell/LoadMore';
import { EmptyState, PageState } from '../../shell/PageState';
import { LayerBar } from '../LayerBar';
import { PublishedStep } from '../publish/PublishedStep';
import type { HistorySearch } from '../config-search';
import { documentTopic, versionsQuery } from '../queries';
import classes from './HistoryPage.module.css';
import { RestorePanel } from './RestorePanel';
import { versionOption } from './version-option';
import { VersionDiff } from './VersionDiff';
import { VersionRow } from './VersionRow';

const historyRoute = getRouteApi('/signed-in/services/$service/documents/$layer/history');

/** The versions of a document: any two compared, an old one restored, tags. */
export function HistoryPage() {
  const { service, layer } = historyRoute.useParams();
  const search = historyRoute.useSearch();
  const navigate = historyRoute.useNavigate();
  const comparison = useRef<HTMLElement>(null);
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? true;
  const [restored, setRestored] = useState<PublishedBody>();
  useLive([documentTopic(service, layer), `service:${service}`]);
  const query = useInfiniteQuery(versionsQuery(service, layer));
  const versions = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const liveVersion = versions[0]?.version ?? 0;
  const selection = selectionOf(search, liveVersion);
  const select = (next: HistorySearch): void => {
    setRestored(undefined);
    void navigate({ search: next, resetScroll: false });
    // Where the list is above, what was chosen comes into sight.
    if (!isWide) comparison.current?.scrollIntoView({ block: 'start' });
  };
  return (
    <>
      <LayerBar service={service} layer={layer} page="history" />
      <PageState
        query={query}
        isEmpty={({ pages }) => pages[0]?.items.length === 0}
        empty={
          <EmptyState icon={History} title="Nothing is published yet">
            Every version that is published stands here: who, when, why, and what changed.
          </EmptyState>
        }
      >
        {() => (
          <div className={classes['page']}>
            <section aria-label="Versions" className={classes['versions']}>
              <ol className={classes['list']}>
                {versions.map((version) => (
                  <li key={version.version}>
                    <VersionRow
                      service={service}
                      layer={layer}
                      version={version}
                      isLive={version.version === liveVersion}
                      isSelected={selection.to === version.version}
                      onSelect={() => select({ from: version.version - 1, to: version.version })}
                      onRestore={() => select({ from: liveVersion, to: version.version, restore: true })}
                    />
                  </li>
                ))}
              </ol>
              <LoadMore query={query} />
            </section>
            <section ref={comparison} aria-label="Comparison" className={classes['diff']}>
              {restored !== undefined ? (
                <PublishedStep
                  service={service}
                  layer={layer}
                  published={restored}
                  editLabel="Back to the history"
                  onEditAgain={() => select({})}
                />
              ) : (
                <>
                  {search.restore === true && selection.to !== liveVersion && (
                    <RestorePanel
                      service={service}
                      layer={layer}
                      version={selection.to}
                      liveVersion={liveVersion}
                      onRestored={setRestored}
                      onCancel={() => select({ from: selection.from, to: selection.to })}
                    />
                  )}
                  <VersionDiff
                    service={service}
                    layer={layer}
                    versions={versions.map(versionOption)}
                    selection={selection}
                    isFixed={search.restore === true}
                    onSelect={select}
                  />
                  {search.restore === true && selection.to === liveVersion && (
                    <Text size="sm" c="dimmed">
                      Version {liveVersion} is live already.
                    </Text>
                  )}
                </>
              )}
            </section>
          </div>
        )}
      </PageState>
    </>
  );
}

/** What the address names, else the newest version against the one before it. */
function selectionOf(
  { from, to }: HistorySearch,
  liveVersion: number,
): { readonly from: number; readonly to: number } {
  const newer = to ?? liveVersion;
  return { from: from ?? Math.max(0, newer - 1), to: newer };
}
