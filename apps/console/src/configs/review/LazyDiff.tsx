import { useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { LoadingLines } from '../../shell/PageState';
import type { WrittenText } from '../work/document-work';

const DiffView = lazy(async () => ({ default: (await import('./DiffView')).DiffView }));

interface Props {
  readonly label: string;
  readonly before: WrittenText;
  readonly after: WrittenText;
}

/** A diff of two texts, side by side where there is room. Its editor is loaded when it is first shown. */
export function LazyDiff(props: Props) {
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? true;
  return (
    <Suspense fallback={<LoadingLines />}>
      <DiffView {...props} isWide={isWide} />
    </Suspense>
  );
}
