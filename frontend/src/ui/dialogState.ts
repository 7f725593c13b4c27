/** The open dialog and its subject. Only one dialog is open at a time. */
import { Signal } from '../lib/signal'

export interface OpenDialog {
  readonly dialog: string
  readonly about: unknown
}

export const openDialog = new Signal<OpenDialog | null>(null)
