/** Announces other people's changes to screen readers, at most every five seconds. */
import type { EditorUi } from '../commands/command'
import { ngettext } from '../lib/i18n'
import type { ChangeSet, Id } from '../model/records'

const ANNOUNCE_INTERVAL_MS = 5_000

export class RemoteChangeAnnouncer {
  private readonly counts = new Map<string, number>()
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(
    private readonly ui: Pick<EditorUi, 'announce'>,
    private readonly nameOf: (member: Id | null) => string,
  ) {}

  receive(set: ChangeSet): void {
    if (set.actor.kind === 'machine' || !set.changes?.length) return
    const name = this.nameOf(set.actor.id)
    this.counts.set(name, (this.counts.get(name) ?? 0) + set.changes.length)
    this.timer ??= setTimeout(() => this.announceCounts(), ANNOUNCE_INTERVAL_MS)
  }

  private announceCounts(): void {
    this.timer = null
    const sentences = [...this.counts].map(([name, n]) =>
      ngettext('{name} changed {n} item.', '{name} changed {n} items.', n, { name }),
    )
    this.ui.announce(sentences.join(' '))
    this.counts.clear()
  }
}
