/** The search endpoints of the API: at most 20 matches in a workspace, best first. */
import type { SearchHit } from '../lib/combobox'
import type { Id } from '../model/records'
import type { HttpApi } from './api'

export async function searchByName(
  api: Pick<HttpApi, 'request'>,
  kind: 'persons' | 'departments' | 'members',
  workspace: Id,
  text: string,
): Promise<readonly SearchHit[]> {
  const path = `${kind}/search?workspace=${workspace}&q=${encodeURIComponent(text)}`
  return ((await api.request(path)) as { results: readonly SearchHit[] }).results
}
