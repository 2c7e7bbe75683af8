/**
 * Requests whose errors speak to the person at the keyboard, where a webhook's speak of the verifier.
 */
import { HookError } from '../errors.ts';
import { type ApiRequest, type Resource, ruleFor } from './request.ts';
import { type ApiResponse, type Ask, messageOf } from './response.ts';

/** Missing rights and missing definitions are errors that say which. */
export function tellingPeople(send: Ask): Ask {
  return async (request) => {
    const response = await send(request).catch((error: unknown) => {
      if (!(error instanceof HookError)) throw error;
      if (error.kind === 'Forbidden') throw forbidden(request);
      throw new HookError(error.kind, error.message.replaceAll('the verifier’s', 'your'));
    });
    return understood(request, response);
  };
}

function understood(request: ApiRequest, response: ApiResponse): ApiResponse {
  const { verb, resource } = request;
  if (response.code === 403) throw forbidden(request, `: ${messageOf(response)}`);
  // A list of what there is none of is empty.
  if (response.code === 404 && verb === 'list') throw new HookError('NotFound', notInstalled(resource));
  return response;
}

function forbidden(request: ApiRequest, more = ''): HookError {
  const { verb, resource, namespace } = request;
  const what = `${verb} ${resource.plural}`;
  const where =
    namespace === null ? 'all namespaces. Name one that you may read: -n NAMESPACE' : `namespace ${namespace}`;
  return new HookError('Forbidden', `you may not ${what}${more}. It takes the rule {${ruleFor(request)}} in ${where}`);
}

const installed: Record<string, string> = {
  canaries: 'Flagger is not installed there. Install it first, or say which cluster is meant: --context NAME',
  e2especs: 'the verifier is not installed there. Install its definition: kubectl apply --server-side -f crds/',
};

function notInstalled({ group, plural }: Resource): string {
  return `the cluster has no ${plural}.${group}: ${installed[plural] ?? 'their definition is missing'}`;
}
