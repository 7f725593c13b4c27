/** What others did, said to those who listen: not more often than every five seconds. */
import type { Prompts } from '../commands/command'
import { count } from '../model/words'
import type { ChangeSet, Id } from '../model/records'

const EVERY = 5_000

export class Heard {
  private readonly counts = new Map<string, number>()
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(
    private readonly prompts: Pick<Prompts, 'announce'>,
    private readonly nameOf: (member: Id | null) => string,
  ) {}

  hear(set: ChangeSet): void {
    if (set.actor.kind === 'machine' || !set.changes?.length) return
    const name = this.nameOf(set.actor.id)
    this.counts.set(name, (this.counts.get(name) ?? 0) + set.changes.length)
    this.timer ??= setTimeout(() => this.tell(), EVERY)
  }

  private tell(): void {
    this.timer = null
    this.prompts.announce([...this.counts].map(([name, n]) => `${name} changed ${count(n, 'thing')}.`).join(' '))
    this.counts.clear()
  }
}
