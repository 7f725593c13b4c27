import type { ReactNode } from 'react'

/** A translated sentence with elements in it: `{name}` shows the value of that name. */
export function Message({ text, values }: { text: string; values: Readonly<Record<string, ReactNode>> }) {
  return (
    <>
      {text.split(/\{(\w+)\}/).map((part, at) => (
        <span key={at}>{at % 2 ? values[part] : part}</span>
      ))}
    </>
  )
}
