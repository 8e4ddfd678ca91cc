import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { PageState } from '../shell/PageState';
import { schemaInForceQuery } from './queries';
import { SchemaEditor } from './SchemaEditor';

const schemaRoute = getRouteApi('/signed-in/services/$service/schema');

export function SchemaPage() {
  const { service } = schemaRoute.useParams();
  const query = useQuery(schemaInForceQuery(service));
  return (
    <PageState query={query}>
      {(inForce) => <SchemaEditor key={service} service={service} inForce={inForce} />}
    </PageState>
  );
}
