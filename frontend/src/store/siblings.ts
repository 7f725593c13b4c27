/** Ids in groups, each group in order. Sorted when it is read, because many changes come at once. */
import type { Id } from '../model/records'
import { compare } from '../model/order'

const NONE: readonly Id[] = []

export class Siblings {
  private readonly groups = new Map<string, Set<Id>>()
  private readonly sorted = new Map<string, readonly Id[]>()

  /** `orderOf` gives a member's order key; without it a group keeps the order of arrival. */
  constructor(private readonly orderOf?: (id: Id) => string) {}

  of(group: string): readonly Id[] {
    const known = this.sorted.get(group)
    if (known) return known
    const members = this.groups.get(group)
    if (!members) return NONE
    const fresh = this.orderOf ? this.inOrder(members, this.orderOf) : [...members]
    this.sorted.set(group, fresh)
    return fresh
  }

  /** Take an id out of one group and into another; the same group twice means its key changed. */
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

  private inOrder(members: Set<Id>, orderOf: (id: Id) => string): Id[] {
    const keyed = [...members].map((id): [string, Id] => [orderOf(id), id])
    return keyed.sort(compare).map(([, id]) => id)
  }
}
