import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLive } from '../shell/live';
import { LoadingLines, PageState } from '../shell/PageState';
import { DocumentWorkspace } from './DocumentWorkspace';
import { LayerBar } from './LayerBar';
import { documentTopic, environmentsQuery, openedDocumentQuery, schemaQuery } from './queries';

const documentRoute = getRouteApi('/signed-in/services/$service/documents/$layer');

/** One document of a service: [Edit, Review, Publish]. */
export function DocumentPage() {
  const { service, layer } = documentRoute.useParams();
  useLive([documentTopic(service, layer), `service:${service}`]);
  const opened = useQuery(openedDocumentQuery(service, layer));
  const schema = useQuery(schemaQuery(service));
  const environments = useQuery(environmentsQuery());
  return (
    <>
      {opened.data === undefined && <LayerBar service={service} layer={layer} page="edit" />}
      <PageState query={opened} loading={<LoadingLines lines={12} />}>
        {(data) => (
          <DocumentWorkspace
            // What was typed belongs to the document, and to the state of it that was opened.
            key={`${service}/${layer}/${opened.dataUpdatedAt}`}
            service={service}
            layer={layer}
            opened={data}
            schema={schema.data ?? undefined}
            environments={environments.data ?? []}
            onReopen={() => void opened.refetch()}
          />
        )}
      </PageState>
    </>
  );
}
