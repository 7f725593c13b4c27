/** Filtering of touchpoints. */
import { fold } from '../lib/fold'
import type { StageOwnership } from '../model/ownership'
import { type Id, isA } from '../model/records'
import type { Comments } from './comments'
import type { Store } from './store'
import { type Filter, NO_FILTER } from './editorState'

/** Return whether a touchpoint matches the filter. `ownership` is by stage id. */
export function matchesFilter(
  store: Store,
  comments: Comments,
  ownership: ReadonlyMap<Id, StageOwnership>,
  filter: Filter,
  id: Id,
): boolean {
  const item = store.get(id)
  if (filter === NO_FILTER || !isA(item, 'touchpoint')) return true
  const { title, notes, lane, step, emotion, is_moment_of_truth: isTruth } = item.fields
  const words = fold(filter.text.trim())
  if (words && !fold(`${title} ${notes}`).includes(words)) return false
  if (filter.department && store.get(lane)?.fields['department'] !== filter.department) return false
  if (filter.emotion !== null && emotion !== filter.emotion) return false
  if (filter.only === 'truth') return isTruth
  if (filter.only === 'comments') return comments.openCommentCount(id) > 0
  if (filter.only === 'contested') return ownership.get(String(store.get(step)?.fields['stage']))?.state !== 'owned'
  return true
}
