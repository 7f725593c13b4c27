import type { Editor } from '../commands/command'
import { uuid7 } from '../lib/ids'

/** Send a change that isn't an op, and load the result. With a `version`, it is refused if the record has changed. */
export async function postAndPull(
  { api, session }: Editor,
  path: string,
  body: unknown,
  version?: number,
): Promise<void> {
  const headers = { 'Idempotency-Key': uuid7(), ...(version === undefined ? {} : { 'If-Match': `"${version}"` }) }
  await api.request(path, body, 'POST', headers)
  await session.pull().catch(() => undefined) // otherwise the socket or the next poll brings the change
}
