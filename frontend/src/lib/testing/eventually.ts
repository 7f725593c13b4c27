import { vi } from 'vitest'

/** Wait until `check` doesn't throw. The limit of vi.waitFor, a second, is too short for a busy machine. */
export function eventually<T>(check: () => T | Promise<T>, interval = 50): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000, interval })
}
