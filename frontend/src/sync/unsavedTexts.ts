/**
 * Texts of this map that the server does not have: text being typed, text left behind by an earlier page, and rejected
 * text. None is lost: each is sent, offered here for copying, or discarded by its author.
 */
import type { Draft, Drafts } from '../lib/drafts'
import { uuid7 } from '../lib/ids'
import { Signal } from '../lib/signal'
import type { OpDraft } from '../store/planPatches'
import type { Journal } from './journal'
import { isTypedText } from './overwriteDetector'

/** Text that another user of this browser left on this map. It belongs to them and is never sent from here. */
export interface OtherUserText {
  readonly key: string
  readonly label: string
  readonly text: string
  discard(): void
}

export class UnsavedTexts {
  /** Drafts that no field on the screen shows, newest first. */
  readonly list = new Signal<readonly Draft[]>([])
  readonly others = new Signal<readonly OtherUserText[]>([])
  // fields on the screen that show their draft, once per occurrence
  private readonly shownFields: string[] = []

  constructor(
    private readonly drafts: Drafts,
    private readonly page: string,
    private readonly journal: Journal,
  ) {
    this.refresh()
  }

  /** Return the draft of a field, to be continued. */
  getDraft(field: string): string | null {
    return this.drafts.get(this.page, field)?.text ?? null
  }

  /** Store typed text. An emptied field has no draft. */
  saveDraft(field: string, text: string, label: string): void {
    if (text) this.drafts.set(this.page, field, text, label)
    else this.drafts.remove(this.page, field)
    this.refresh()
  }

  /** Remove a draft after its text was committed, or canceled by its author. */
  removeDraft(field: string): void {
    this.drafts.remove(this.page, field)
    this.refresh()
  }

  /** Register a field that shows its own draft, until the returned function is called. */
  registerField(field: string): () => void {
    this.shownFields.push(field)
    this.refresh()
    return () => {
      this.shownFields.splice(this.shownFields.indexOf(field), 1)
      this.refresh()
    }
  }

  /** Store the texts of a rejected gesture. Return whether it had any. */
  saveTexts(label: string, ops: readonly OpDraft[]): boolean {
    const text = typedTexts(ops).join('\n')
    const isKnown = this.list.get().some((draft) => draft.text === text && draft.label === label) // from another tab
    if (text && !isKnown) this.saveDraft(`given back ${uuid7()}`, text, label)
    return text !== ''
  }

  discard(draft: Draft): void {
    this.drafts.discard(draft)
    this.refresh()
  }

  /** Reload the list. Another tab may have added or removed drafts. */
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

  /** Return whether something would be lost with the page. */
  hasUnstored(): boolean {
    return this.drafts.hasUnstored() || this.journal.hasUnstored()
  }
}

/** Return the texts that a person typed in a gesture's ops. */
export function typedTexts(ops: readonly OpDraft[]): string[] {
  return ops.flatMap(({ fields }) =>
    Object.entries(fields ?? {}).flatMap(([name, value]) => (isTypedText(name, value) ? [value] : [])),
  )
}
