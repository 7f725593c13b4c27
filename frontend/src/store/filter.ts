/** Which touchpoints a filter lets through. */
import { fold } from '../lib/fold'
import type { Owned } from '../model/owners'
import { type Id, isA } from '../model/records'
import type { Comments } from './comments'
import type { Store } from './store'
import { type Filter, NO_FILTER } from './view'

/** Say whether a touchpoint passes. `owned` is by stage id. */
export function passes(store: Store, comments: Comments, owned: ReadonlyMap<Id, Owned>, filter: Filter, id: Id): boolean {
  const item = store.get(id)
  if (filter === NO_FILTER || !isA(item, 'touchpoint')) return true
  const { title, notes, lane, step, emotion, is_moment_of_truth: isTruth } = item.fields
  const words = fold(filter.text.trim())
  if (words && !fold(`${title} ${notes}`).includes(words)) return false
  if (filter.department && store.get(lane)?.fields['department'] !== filter.department) return false
  if (filter.feeling !== null && emotion !== filter.feeling) return false
  if (filter.only === 'truth') return isTruth
  if (filter.only === 'comments') return comments.countOf(id) > 0
  if (filter.only === 'contested') return owned.get(String(store.get(step)?.fields['stage']))?.state !== 'owned'
  return true
}
