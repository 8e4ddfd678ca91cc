import { type DocumentWork, doDocumentWork } from './document-work';

addEventListener('message', ({ data }: MessageEvent<{ id: number; work: DocumentWork }>) => {
  const { id, work } = data;
  try {
    postMessage({ id, answer: doDocumentWork(work) });
  } catch (error) {
    postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
