/** The members to whom the map refers: authors of comments, and the logins of persons. */
import { gettext } from '../lib/i18n'
import type { SearchHit } from '../lib/combobox'
import { fold } from '../lib/fold'
import { Signal } from '../lib/signal'
import type { Id } from '../model/records'
import { splitMentions } from '../model/labels'
import { type HttpApi } from './api'
import { searchByName } from './searchByName'

export interface Member {
  readonly id: Id
  readonly name: string
  readonly has_left: boolean
}

const MAX_MENTIONS = 20 // that are looked up in one text

export class MemberDirectory {
  readonly byId: Signal<ReadonlyMap<Id, Member>>
  private readonly lookedUp = new Set<Id>() // unknown ids that have been looked up once

  constructor(
    members: readonly Member[],
    private readonly api: Pick<HttpApi, 'request'>,
    private readonly workspace: Id,
  ) {
    this.byId = new Signal<ReadonlyMap<Id, Member>>(new Map(members.map((member) => [member.id, member])))
  }

  /** Return a member's name. One who isn't known yet is looked up, which changes `byId`. */
  nameOf = (id: unknown): string => this.find(id)?.name ?? gettext('Someone')

  isCurrent = (id: Id): boolean => this.find(id)?.has_left === false

  hasLeft = (id: Id): boolean => this.find(id)?.has_left === true

  /** Return the current members whose names start with a text. */
  search = (text: string): Promise<readonly SearchHit[]> => searchByName(this.api, 'members', this.workspace, text)

  /** Return the ids of the members that a text mentions as `@Name`, in the order of the text. */
  async mentionedIds(text: string): Promise<Id[]> {
    const queries = mentionQueries(text)
    if (!queries.length) return []
    const known = [...this.byId.get().values()].filter((member) => !member.has_left)
    const current = await Promise.all(queries.map(this.search)).then(
      (hits) => hits.flat(),
      () => known, // better than no mention; the server checks them
    )
    const names = splitMentions(
      text,
      current.map((member) => member.name),
    )
      .filter((_, at) => at % 2)
      .map((part) => fold(part.slice(1)))
    return [
      ...new Set(
        names.flatMap((name) => current.filter((member) => fold(member.name) === name).map((member) => member.id)),
      ),
    ]
  }

  private find(id: unknown): Member | undefined {
    const member = this.byId.get().get(id as Id)
    if (!member && typeof id === 'string' && !this.lookedUp.has(id)) {
      this.lookedUp.add(id)
      void this.lookUp(id).catch(() => undefined)
    }
    return member
  }

  private async lookUp(id: Id): Promise<void> {
    const { name, email } = (await this.api.request(`members/${id}`)) as { name: string; email: string }
    this.byId.update((all) => new Map(all).set(id, { id, name: name || email, has_left: false }))
  }
}

/** Return what to search for each `@` of a text: its first word, and its first two words. */
function mentionQueries(text: string): string[] {
  // Folded, because some scripts have their own @.
  const starts = fold(text)
    .split('@')
    .slice(1, MAX_MENTIONS + 1)
  const words = starts.map((start) => start.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])
  return [...new Set(words.flatMap(([first, second]) => (first ? [first, `${first} ${second ?? ''}`.trim()] : [])))]
}
