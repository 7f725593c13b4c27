/**
 * The texts of this map that the server does not have: what is being typed, what an earlier page left behind,
 * what was refused. None is lost: it is sent, or given back here, or thrown away by whoever typed it.
 */
import type { Draft, Drafts } from '../lib/drafts'
import { uuid7 } from '../lib/ids'
import { Signal } from '../lib/signal'
import type { OpDraft } from '../store/planPatches'
import type { Journal } from './journal'
import { isTypedText } from './overwriteDetector'

/** What another user of this browser left on this map. It is theirs: it is never sent from here. */
export interface OtherUserText {
  readonly key: string
  readonly label: string
  readonly text: string
  discard(): void
}

export class UnsavedTexts {
  /** What is kept and stands in no field that is on the screen, the newest first. */
  readonly list = new Signal<readonly Draft[]>([])
  readonly others = new Signal<readonly OtherUserText[]>([])
  // the fields on the screen that show their draft, each as often as it is there
  private readonly shownFields: string[] = []

  constructor(
    private readonly drafts: Drafts,
    private readonly page: string,
    private readonly journal: Journal,
  ) {
    this.refresh()
  }

  /** The draft of a field, to go on with. */
  getDraft(field: string): string | null {
    return this.drafts.get(this.page, field)?.text ?? null
  }

  /** Keep what is typed; an emptied field has no draft. */
  saveDraft(field: string, text: string, label: string): void {
    if (text) this.drafts.set(this.page, field, text, label)
    else this.drafts.remove(this.page, field)
    this.refresh()
  }

  /** The text was committed, or cancelled by whoever typed it. */
  removeDraft(field: string): void {
    this.drafts.remove(this.page, field)
    this.refresh()
  }

  /** A field shows its draft itself until the returned function is called. */
  registerField(field: string): () => void {
    this.shownFields.push(field)
    this.refresh()
    return () => {
      this.shownFields.splice(this.shownFields.indexOf(field), 1)
      this.refresh()
    }
  }

  /** Keep the texts of a gesture that came to nothing. Return whether it had any. */
  saveTexts(label: string, ops: readonly OpDraft[]): boolean {
    const text = typedTexts(ops).join('\n')
    const isKnown = this.list.get().some((draft) => draft.text === text && draft.label === label) // by another tab
    if (text && !isKnown) this.saveDraft(`given back ${uuid7()}`, text, label)
    return text !== ''
  }

  discard(draft: Draft): void {
    this.drafts.discard(draft)
    this.refresh()
  }

  /** Look again: another tab may have kept or sent something. */
  refresh = (): void => {
    const hidden = this.drafts
      .list(this.page)
      .filter((draft) => !this.shownFields.includes(draft.field) || !this.drafts.isOpen(draft))
    const before = this.list.get()
    if (
      hidden.length !== before.length ||
      hidden.some(({ key, text }, at) => key !== before[at]?.key || text !== before[at]?.text)
    )
      this.list.set(hidden)
  }

  async loadOthers(): Promise<void> {
    const gestures = (await this.journal.ofOtherUsers(this.page)).map(({ gesture, label, ops }) => ({
      key: gesture,
      label,
      text: typedTexts(ops ?? []).join('\n'),
      discard: () => void this.journal.remove(gesture).then(() => this.loadOthers()),
    }))
    const drafts = this.drafts
      .ofOtherUsers()
      .filter(({ page }) => page === this.page)
      .map((draft) => ({
        ...draft,
        discard: () => {
          this.drafts.discard(draft)
          void this.loadOthers()
        },
      }))
    this.others.set([...gestures, ...drafts])
  }

  /** Whether something would be lost with the page. */
  hasUnstored(): boolean {
    return this.drafts.hasUnstored() || this.journal.hasUnstored()
  }
}

/** What a person typed for a gesture. */
export function typedTexts(ops: readonly OpDraft[]): string[] {
  return ops.flatMap(({ fields }) =>
    Object.entries(fields ?? {}).flatMap(([name, value]) => (isTypedText(name, value) ? [value] : [])),
  )
}
