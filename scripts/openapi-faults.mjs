import { ROUTE_NEEDS } from '../libs/contracts/dist/index.js';

const FOR_ANYONE = new Set(
  Object.entries(ROUTE_NEEDS)
    .filter(([, need]) => need === 'anyone')
    .map(([route]) => route.replace(' ', ' /api/v1').replaceAll(/:(\w+)/g, '{$1}')),
);
const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options', 'trace'];

/** What is wrong with an OpenAPI 3.1 document, one line each; what a client generator would stumble over. */
export function findFaults(document) {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] !== undefined).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      method,
      operation: item[method],
    })),
  );
  return [
    ...(/^3\.1\.\d+$/.test(document.openapi) ? [] : [`openapi is ${document.openapi}, not 3.1`]),
    ...(operations.length === 0 ? ['it has no operations'] : []),
    ...findBadReferences(document),
    ...findRepeatedIds(operations),
    ...operations.flatMap((operation) => findOperationFaults(operation, document)),
  ];
}

function findBadReferences(document) {
  const used = new Set();
  collectReferences(document, used);
  const broken = [...used].filter((reference) => resolve(document, reference) === undefined);
  const toThemselves = Object.entries(document.components.schemas)
    .filter(([name, schema]) => schema.$ref === `#/components/schemas/${name}`)
    .map(([name]) => `schema ${name} is nothing but a reference to itself`);
  const unused = Object.keys(document.components.schemas)
    .filter((name) => !used.has(`#/components/schemas/${name}`))
    .map((name) => `schema ${name} is used nowhere`);
  return [...broken.map((reference) => `${reference} leads nowhere`), ...toThemselves, ...unused];
}

function collectReferences(node, references) {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node))
    if (key === '$ref' && typeof value === 'string') references.add(value);
    else collectReferences(value, references);
}

function resolve(document, reference) {
  if (!reference.startsWith('#/')) return undefined;
  const keys = reference.slice(2).split('/');
  return keys.reduce((node, key) => node?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

function findRepeatedIds(operations) {
  const ids = operations.map(({ operation }) => operation.operationId);
  const repeated = new Set(ids.filter((id, index) => id !== undefined && ids.indexOf(id) !== index));
  return [...repeated].map((id) => `operationId ${id} is used more than once`);
}

function findOperationFaults({ name, path, method, operation }, document) {
  const { operationId, summary, responses = {}, parameters = [], requestBody, security } = operation;
  const faults = [];
  const success = Object.keys(responses).find((status) => status.startsWith('2'));
  if (operationId === undefined) faults.push('has no operationId');
  if (summary === undefined || summary === '') faults.push('has no summary');
  if (success === undefined) faults.push('says nothing of its success');
  else if ((success === '204') !== (responses[success].content === undefined))
    faults.push(`says ${success} ${success === '204' ? 'with' : 'without'} a body`);
  if (responses['4XX']?.content?.['application/problem+json'] === undefined)
    faults.push('says nothing of problems');
  if (!isSecured(security ?? document.security, document) && !isForAnyone(security, name))
    faults.push('states no security');
  if (['put', 'post', 'patch'].includes(method) && requestBody === undefined)
    faults.push('has no body schema');
  faults.push(...findParameterFaults(path, parameters));
  return faults.map((fault) => `${name} ${fault}`);
}

/** An operation that says outright that it asks for nothing, and of which the access table says so too. */
function isForAnyone(security, name) {
  return Array.isArray(security) && security.length === 0 && FOR_ANYONE.has(name);
}

function isSecured(security, document) {
  const schemes = document.components.securitySchemes ?? {};
  const isKnown = (requirement) => {
    const names = Object.keys(requirement);
    return names.length > 0 && names.every((name) => schemes[name] !== undefined);
  };
  return Array.isArray(security) && security.length > 0 && security.every(isKnown);
}

function findParameterFaults(path, parameters) {
  const places = parameters.map((parameter) => `${parameter.in} parameter ${parameter.name}`);
  const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => `path parameter ${match[1]}`);
  return [
    ...inPath.filter((place) => !places.includes(place)).map((place) => `does not describe its ${place}`),
    ...places
      .filter((place) => place.startsWith('path ') && !inPath.includes(place))
      .map((place) => `describes a ${place} that its path has not`),
    ...places
      .filter((place, index) => places.indexOf(place) !== index)
      .map((place) => `has its ${place} twice`),
    ...parameters
      .filter((parameter) => parameter.schema === undefined)
      .map((parameter) => `has no schema for ${parameter.name}`),
    ...parameters
      .filter((parameter) => parameter.in === 'path' && parameter.required !== true)
      .map((parameter) => `has an optional path parameter ${parameter.name}`),
  ];
}
