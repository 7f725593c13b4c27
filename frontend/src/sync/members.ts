/** Current and former members of the workspace: the authors of comments, and who can be mentioned. */
import { gettext } from '../lib/i18n'
import { fold } from '../lib/fold'
import { Signal } from '../lib/signal'
import type { Id } from '../model/records'
import { splitMentions } from '../model/labels'
import { type HttpApi } from './api'

export interface Member {
  readonly id: Id
  readonly name: string
  readonly has_left: boolean
}

interface MemberPage {
  readonly next: string | null
  readonly results: readonly { readonly id: Id; readonly name: string; readonly email: string }[]
}

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

  /** Return a member's name. A member who joined after the page was loaded is looked up, which changes `byId`. */
  nameOf = (id: unknown): string => {
    const member = this.byId.get().get(id as Id)
    if (member) return member.name
    if (typeof id === 'string' && !this.lookedUp.has(id)) {
      this.lookedUp.add(id)
      void this.refresh().catch(() => undefined)
    }
    return gettext('Someone')
  }

  isCurrent = (id: Id): boolean => this.byId.get().get(id)?.has_left === false

  hasLeft = (id: Id): boolean => this.byId.get().get(id)?.has_left === true

  /** Return the ids of the members that a text mentions as `@Name`, in the order of the text. */
  async mentionedIds(text: string): Promise<Id[]> {
    if (!fold(text).includes('@')) return [] // folded, because some scripts have their own @
    await this.refresh().catch(() => undefined) // on failure the known members are used
    const current = [...this.byId.get().values()].filter((member) => !member.has_left)
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

  private async refresh(): Promise<void> {
    const current: Member[] = []
    for (let path: string | null = `members?workspace=${this.workspace}&limit=200`; path !== null;) {
      const page = (await this.api.request(path)) as MemberPage
      current.push(...page.results.map(({ id, name, email }) => ({ id, name: name || email, has_left: false })))
      path = page.next && `members${new URL(page.next).search}`
    }
    const former = [...this.byId.get().values()].map((member) => ({ ...member, has_left: true }))
    this.byId.set(new Map([...former, ...current].map((member) => [member.id, member])))
  }
}
