/** Which dialog is open, and what it is about. One at a time. */
import { Signal } from '../lib/signal'

export interface OpenDialog {
  readonly dialog: string
  readonly about: unknown
}

export const openDialog = new Signal<OpenDialog | null>(null)
