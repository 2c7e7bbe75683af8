/**
 * What each request is answered: health checks, calls of hooks and of /run, and refusals of all else. Every error ends here.
 */
import { HookError, toHookError } from '../errors.ts';
import { type Hook, healthPaths, hookAt, hooks, isManualHook, isRunPath, runPath } from '../flagger/hooks.ts';
import { retryAfterHold } from '../flagger/patience.ts';
import type { Handled, Request, Response } from '../http/server.ts';
import { oneLine } from '../text.ts';
import { answerHook } from './answer-hook.ts';
import { answerManual } from './answer-manual.ts';
import { errorResponse, healthResponse } from './response.ts';
import { answerRun } from './run.ts';
import type { Answering, Settings } from './settings.ts';

export async function handle(request: Request, settings: Settings): Promise<Handled> {
  if (isHealthCheck(request)) return { response: healthResponse(), log: () => undefined };
  const { since } = request;
  const { log, retryAfterSeconds } = settings;
  const fields: Record<string, unknown> = { hook: oneLine(request.path) };
  const hook = hookAt(request.path);
  let isHeld = false;
  const onHold = () => {
    isHeld = true;
    fields['held'] = true;
  };
  const options = () => ({
    json: request.accept.includes('application/json'),
    retryAfterSeconds: isHeld ? retryAfterHold(retryAfterSeconds, Date.now() - since) : retryAfterSeconds,
  });
  try {
    return logged(await answer(hook, { request, settings, fields, options, onHold }));
  } catch (thrown) {
    const error = toHookError(thrown);
    fields['reason'] = error.kind;
    if (error.kind === 'InternalError') log.error(error.message, { ...fields, detail: error.detail });
    else if (error.detail !== undefined) fields['detail'] = oneLine(error.detail);
    return logged(errorResponse(error, hook, options()));
  }

  function logged(response: Response): Handled {
    const { said = response.body, ...others } = fields;
    const line = { ...others, status: response.status, milliseconds: Date.now() - since };
    return { response, log: () => log.info(String(said), line) };
  }
}

function answer(hook: Hook | undefined, answering: Answering): Promise<Response> {
  const { path } = answering.request;
  if (hook !== undefined) return isManualHook(hook) ? answerManual(hook, answering) : answerHook(hook, answering);
  if (isRunPath(path)) return answerRun(answering);
  const known = [...Object.keys(hooks), runPath].join(', ');
  throw new HookError('NotFound', `${path} is not a hook. The hooks are ${known}`);
}

function isHealthCheck({ method, path }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && healthPaths.includes(path);
}
