export function figureSvg(look: Readonly<Record<string, unknown>>, acting: { mood: number; pose: string; flip: boolean }) {
  const mouth = acting.mood < 0 ? 'M44 66q6-6 12 0' : acting.mood > 0 ? 'M44 62q6 6 12 0' : 'M44 64h12'
  const top = String(look['top'] ?? '#E8795A')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 300" width="100" height="300"><g stroke="#1D2A30" stroke-width="4" stroke-linejoin="round">` +
    `<path d="M34 180v110M66 180v110" stroke-width="20"/><rect x="22" y="90" width="56" height="100" rx="20" fill="${top}"/>` +
    `<circle cx="50" cy="50" r="34" fill="#EEC3A0"/><path d="${mouth}" fill="none"/></g></svg>`
  )
}
