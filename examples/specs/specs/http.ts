// A helper: no spec, because its name has no .spec. or .test.

export interface Answer {
  status: number;
  body: string;
}

/** Below CANARY_URL. A connection that fails is tried again for 10 s; an answer is an answer. */
export async function get(path: string): Promise<Answer> {
  const base = process.env['CANARY_URL'];
  if (!base) throw new Error('CANARY_URL is not set: kubectl e2e test specs --canary NAME, or --url URL');
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      const response = await fetch(new URL(path, base), { signal: AbortSignal.timeout(5000) });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
