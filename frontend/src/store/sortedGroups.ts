/** Ids in groups, each group in order. Groups are sorted on read, because many changes arrive at once. */
import type { Id } from '../model/records'
import { comparePositions } from '../model/fractionalIndex'

const NONE: readonly Id[] = []

export class SortedGroups {
  private readonly groups = new Map<string, Set<Id>>()
  private readonly sorted = new Map<string, readonly Id[]>()

  /** `sortKeyOf` returns a member's order key. Without it, a group keeps insertion order. */
  constructor(private readonly sortKeyOf?: (id: Id) => string) {}

  idsIn(group: string): readonly Id[] {
    const cached = this.sorted.get(group)
    if (cached) return cached
    const members = this.groups.get(group)
    if (!members) return NONE
    const ids = this.sortKeyOf ? this.sort(members, this.sortKeyOf) : [...members]
    this.sorted.set(group, ids)
    return ids
  }

  /** Move an id from one group to another. The same group twice means that its key changed. */
  move(id: Id, from: string | undefined, to: string | undefined): void {
    if (from !== undefined) {
      const members = this.groups.get(from)
      members?.delete(id)
      if (!members?.size) this.groups.delete(from)
      this.sorted.delete(from)
    }
    if (to !== undefined) {
      this.groups.set(to, (this.groups.get(to) ?? new Set()).add(id))
      this.sorted.delete(to)
    }
  }

  private sort(members: Set<Id>, sortKeyOf: (id: Id) => string): Id[] {
    const keyed = [...members].map((id): [string, Id] => [sortKeyOf(id), id])
    return keyed.sort(comparePositions).map(([, id]) => id)
  }
}
