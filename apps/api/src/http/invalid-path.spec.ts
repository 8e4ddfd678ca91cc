import { type Problem, secretParamsSchema } from '@binnacle/contracts';
import { expect, it } from 'vitest';
import { InvalidPath } from './invalid-path.js';
import { RequestValidationPipe } from './validation.js';

const URL = '/api/v1/services/:service/environments/:environment/secrets/:name';
const NAME_RULE = '/name: must be 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit';

async function answerTo(method: string, params: object, url = URL): Promise<Problem> {
  const metadata = { type: 'param', schema: secretParamsSchema } as const;
  const thrown: unknown = await new RequestValidationPipe()
    .transform(params, metadata)
    .catch((error) => error);
  if (!(thrown instanceof InvalidPath)) throw new Error('expected a path that is not valid');
  return thrown.answerTo({ method, routeOptions: { url } } as Parameters<InvalidPath['answerTo']>[0]);
}

const params = { service: 'shop', environment: 'prod', name: 'UPPER_case' };

it('is a fault of the request where the last part names something new, and says the rule', async () => {
  expect(await answerTo('PUT', params)).toMatchObject({
    code: 'invalid_request',
    status: 400,
    message: NAME_RULE,
    errors: [{ pointer: '/name' }],
  });
});

it('is nothing that could be there everywhere else, and says the rule too', async () => {
  const missing = { code: 'not_found', status: 404, message: `There can be no such thing: ${NAME_RULE}` };
  for (const method of ['GET', 'DELETE', 'POST'])
    expect(await answerTo(method, params)).toMatchObject(missing);
  expect(await answerTo('PUT', params, `${URL}/versions`)).toMatchObject(missing);
  // Neither does a PUT make the service.
  expect(await answerTo('PUT', { ...params, service: 'SHOP', name: 'key' })).toMatchObject({ status: 404 });
  expect(await answerTo('PUT', { ...params, service: 'SHOP' })).toMatchObject({
    status: 404,
    message: expect.stringContaining('(and 1 more)') as string,
  });
});
