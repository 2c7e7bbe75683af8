/**
 * Requests to the core group, sent as plain JSON like those of CustomObjectsApi, which cannot name that group.
 * (CoreV1Api would turn times into Dates and cost every cold start its serializer.)
 */
import { ApiException, type Configuration, HttpInfo, HttpMethod } from '@kubernetes/client-node';

export interface CoreRequest {
  method: 'GET' | 'POST';
  namespace: string;
  resource: string;
  name?: string;
  query?: Record<string, string>;
  body?: object;
}

/** Rejects with ApiException at 300 and above, as client-node's API classes do. */
export async function coreRequest(
  { baseServer, httpApi }: Configuration,
  { method, namespace, resource, name, query = {}, body }: CoreRequest,
  signal: AbortSignal,
): Promise<HttpInfo<unknown>> {
  const path = [
    '/api/v1/namespaces',
    encodeURIComponent(namespace),
    resource,
    ...(name ? [encodeURIComponent(name)] : []),
  ];
  const context = baseServer.makeRequestContext(path.join('/'), HttpMethod[method]);
  for (const [key, value] of Object.entries(query)) context.setQueryParam(key, value);
  context.setHeaderParam('Accept', 'application/json');
  if (body !== undefined) {
    context.setHeaderParam('Content-Type', 'application/json');
    context.setBody(JSON.stringify(body));
  }
  context.setSignal(signal);
  const response = await httpApi.send(context).toPromise();
  const { httpStatusCode, headers } = response;
  const text = await response.body.text();
  if (httpStatusCode >= 300) throw new ApiException(httpStatusCode, 'refused', text, headers);
  return new HttpInfo<unknown>(httpStatusCode, headers, response.body, JSON.parse(text));
}
