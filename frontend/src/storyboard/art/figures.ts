/**
 * Draw people for storyboards from parameters.
 *
 * Returns the same SVG as its twin, storyboards/figures.py. The shapes are in figures.json. Adults are a little
 * over 1,000 units tall; y is 0 on the ground and grows downwards. People face right, slightly.
 */
import data from './figures.json'
import {
  at,
  distance,
  drawing,
  type Frame,
  get,
  INK,
  pairs,
  type Place,
  type Point,
  type Shape,
  shapeSvg,
  textHash,
} from './ink'

export interface Look {
  readonly skin?: number
  readonly hair?: string
  readonly hair_color?: string
  readonly age?: string
  readonly body?: string
  readonly clothes?: string
  readonly top?: string
  readonly bottom?: string
  readonly accent?: string // tie, belt, apron, collar and headscarf
  readonly beard?: string
  readonly headscarf?: boolean
  readonly glasses?: boolean
  readonly wheelchair?: boolean
  readonly stick?: boolean // a walking stick, in poses with a free hand
}

export interface Acting {
  readonly mood?: number
  readonly pose?: string
  readonly flip?: boolean
}

interface Arm {
  readonly points: readonly number[]
  readonly end?: readonly [number, number]
  readonly on?: 'head' | 'body'
  readonly hand: string
  readonly held?: string
  readonly stick?: boolean // the hand can hold a walking stick
  readonly inward?: boolean // the hand points at the other arm
  readonly folded?: boolean
  readonly front?: boolean
}

interface Pose {
  readonly left: Arm
  readonly right: Arm
  readonly legs?: string
  readonly lean?: number
  readonly drop?: number
  readonly nod?: readonly [number, number]
  readonly tilt?: readonly [cos: number, sin: number]
}

interface Leg {
  readonly points: readonly number[]
  readonly foot: number
}

interface Age {
  readonly scale: number
  readonly head: number
  readonly limb: number
  readonly lean: number
  readonly drop: number
  readonly nod: readonly [number, number]
}

type ByName<T> = Readonly<Record<string, T>>
type Shapes = readonly Shape[]

interface Art {
  readonly frame: Frame
  readonly skins: readonly string[]
  readonly hair_colors: ByName<string>
  readonly colors: ByName<string>
  readonly fixed_colors: ByName<string>
  readonly look: Record<Choice, readonly string[]>
  readonly ages: ByName<Age>
  readonly bodies: ByName<{ readonly width: number; readonly limb: number }>
  readonly seats: ByName<number>
  readonly hip: number
  readonly shoulder: number
  readonly legs: ByName<readonly Leg[]>
  readonly poses: ByName<Pose>
  readonly stick_arm: readonly number[]
  readonly hands: ByName<Shapes>
  readonly held: ByName<Shapes>
  readonly foot: Shapes
  readonly torso: ByName<Shapes>
  readonly short_sleeves: readonly string[]
  readonly bare_legs: readonly string[]
  readonly laps: readonly string[]
  readonly neck: Shapes
  readonly head: Shapes
  readonly hair_back: ByName<Shapes>
  readonly hair: ByName<Shapes>
  readonly headscarf: Shapes
  readonly face: Shapes
  readonly moods: readonly Shapes[]
  readonly wrinkles: Shapes
  readonly glasses: Shapes
  readonly beards: ByName<Shapes>
  readonly wheelchair_back: Shapes
  readonly wheelchair_front: Shapes
}

type Choice = 'hair' | 'hair_color' | 'age' | 'body' | 'clothes' | 'top' | 'bottom' | 'accent' | 'beard'

export const art = data as unknown as Art
const SIZE = 0.25 // pixels per unit
const MOOD_MAX = 2
const FLAGS = ['headscarf', 'glasses', 'wheelchair', 'stick'] as const

/** Return the value if it's one of the choices, or else the first choice. */
const choice = (choices: readonly string[], value: string | undefined): string =>
  value !== undefined && choices.includes(value) ? value : at(choices, 0)

const whole = (value: number | undefined, low: number, high: number, fallback: number): number =>
  value !== undefined && Number.isInteger(value) && low <= value && value <= high ? value : fallback

const between = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]

/** A person to draw. Unknown parameters are replaced by defaults. */
class Figure {
  private readonly look: Record<Choice, string>
  private readonly flags: readonly (typeof FLAGS)[number][]
  private readonly skin: number
  private readonly mood: number
  private readonly poseName: string
  private readonly flip: boolean
  private readonly age: Age
  private readonly body: { readonly width: number; readonly limb: number }
  private readonly pose: Pose
  private readonly legs: string
  private readonly seat: number
  private readonly limbSize: number
  private readonly colors: ByName<string>
  private parts = ''

  constructor(look: Look, acting: Acting) {
    const names = Object.keys(art.look) as Choice[]
    this.look = Object.fromEntries(names.map((name) => [name, choice(art.look[name], look[name])])) as Record<
      Choice,
      string
    >
    this.flags = FLAGS.filter((name) => look[name] === true)
    this.skin = whole(look.skin, 0, art.skins.length - 1, 1)
    this.mood = whole(acting.mood, -MOOD_MAX, MOOD_MAX, 0)
    this.poseName = choice(Object.keys(art.poses), acting.pose)
    this.flip = acting.flip === true
    this.age = get(art.ages, this.look.age)
    this.body = get(art.bodies, this.look.body)
    this.pose = get(art.poses, this.poseName)
    this.legs = this.flags.includes('wheelchair') ? 'wheelchair' : (this.pose.legs ?? 'stand')
    this.seat = art.seats[this.legs] ?? 0
    this.limbSize = this.age.limb * this.body.limb
    this.colors = {
      ...art.colors,
      ...art.fixed_colors,
      ink: INK,
      skin: at(art.skins, this.skin),
      hair: get(art.hair_colors, this.look.hair_color),
      top: get(art.colors, this.look.top),
      bottom: get(art.colors, this.look.bottom),
      accent: get(art.colors, this.look.accent),
    }
  }

  /** An id that figures with the same drawing share. */
  id(): string {
    const values = [...Object.values(this.look), ...this.flags, this.skin, this.mood, this.poseName]
    const text = [...values, this.flip ? 'flip' : ''].join(' ')
    const hex = (number: number) => number.toString(16).padStart(8, '0')
    return `figure-${hex(textHash(text))}${hex(textHash(`${text} ${text}`))}`
  }

  svg(): string {
    const { look } = this
    this.parts = ''
    if (this.flags.includes('wheelchair')) this.draw('wheelchair back', art.wheelchair_back, this.onGround)
    if (!this.flags.includes('headscarf')) this.draw('hair back', art.hair_back[look.hair] ?? [], this.onHead)
    this.arms(false)
    get(art.legs, this.legs).forEach((leg, index) => this.leg(`leg ${index}`, leg))
    this.draw('neck', art.neck, this.onBody, this.age.scale)
    this.draw('torso', get(art.torso, look.clothes), this.onBody)
    this.head()
    this.arms(true)
    if (this.flags.includes('wheelchair')) this.draw('wheelchair front', art.wheelchair_front, this.onGround)
    const content = this.flip ? `<g transform="scale(-1 1)">${this.parts}</g>` : this.parts
    return drawing(art.frame, content, SIZE)
  }

  private draw(name: string, shapes: Shapes, place: Place, scale = 1): void {
    shapes.forEach((shape, index) => {
      this.parts += shapeSvg(shape, place, this.colors, `${name} ${index}`, scale)
    })
  }

  private readonly onGround = (x: number, y: number): Point => [x * this.age.scale, y * this.age.scale]

  /** Transform a point of the upper body by the person's width, the pose's bend, and the seat height. */
  private readonly onBody = (x: number, y: number): Point => {
    if (this.seat) {
      x = Math.min(Math.max(x, -156), 156)
      y = Math.min(y, -368)
    }
    const height = (art.hip - y) / (art.hip - art.shoulder)
    x = x * this.body.width + height * ((this.pose.lean ?? 0) + this.age.lean)
    return this.onGround(x, y + height * ((this.pose.drop ?? 0) + this.age.drop) + this.seat)
  }

  /** Transform a point of the head from units in which the head's radius is 100. */
  private readonly onHead = (x: number, y: number): Point => {
    const neck = this.onBody(0, art.shoulder)
    const nod = this.pose.nod ?? [0, 0]
    const [ahead, down] = this.onGround(nod[0] + this.age.nod[0], nod[1] + this.age.nod[1])
    const [cos, sin] = this.pose.tilt ?? [1, 0]
    const size = this.age.head / 100
    const centerX = neck[0] + ahead
    const centerY = neck[1] + down - this.age.head * 1.2
    return [centerX + size * (cos * x - sin * y), centerY + size * (sin * x + cos * y)]
  }

  /** Return the transform of a hand: x points away from the elbow; y, mirrored with -1, away from the thumb. */
  private onHand(elbow: Point, hand: Point, mirror: number): Place {
    const length = distance(elbow, hand) || 1
    const cos = ((hand[0] - elbow[0]) / length) * this.limbSize
    const sin = ((hand[1] - elbow[1]) / length) * this.limbSize
    return (x, y) => [hand[0] + cos * x - sin * y * mirror, hand[1] + sin * x + cos * y * mirror]
  }

  /** Return an unrotated transform at a point, scaled like the person's limbs. */
  private upright(origin: Point, mirror = 1): Place {
    return (x, y) => [origin[0] + x * mirror * this.limbSize, origin[1] + y * this.limbSize]
  }

  private limb(name: string, joints: readonly Point[], fill: string, width: number, kind = 'tube'): void {
    const shape: Shape = { fill, [kind]: width * this.limbSize, ink: 15, points: joints.flat() }
    this.draw(name, [shape], (x, y) => [x, y])
  }

  private arms(inFront: boolean): void {
    for (const [side, mirror] of [
      ['left', -1],
      ['right', 1],
    ] as const)
      if ((this.pose[side].front ?? false) === inFront) this.arm(side, mirror, this.pose[side])
  }

  private arm(side: string, mirror: number, arm: Arm): void {
    const shoulder = this.onBody(mirror * 112, -668)
    const hasStick = this.flags.includes('stick') && arm.stick === true && !this.seat
    const joints = pairs(hasStick ? art.stick_arm : arm.points).map(([x, y]): Point => {
      const [moveX, moveY] = this.onGround(x, y)
      return [shoulder[0] + moveX, shoulder[1] + moveY]
    })
    if (arm.end) joints.push(arm.on === 'head' ? this.onHead(...arm.end) : this.onBody(...arm.end))
    const [elbow, hand] = joints as [Point, Point]
    const isShort = art.short_sleeves.includes(this.look.clothes)
    const [color, width] = isShort ? (['skin', 74] as const) : (['top', 84] as const)
    const start = isShort ? between(shoulder, elbow, 0.3) : shoulder
    if (arm.folded) {
      this.limb(`${side} arm`, [start, elbow], color, width)
      this.limb(`${side} forearm`, [elbow, hand], color, width, 'capsule')
    } else this.limb(`${side} arm`, [start, elbow, hand], color, width)
    if (isShort) this.limb(`${side} sleeve`, [shoulder, between(shoulder, elbow, 0.62)], 'top', 90)
    if (hasStick) this.stick(hand)
    if (arm.held) this.draw(`${side} held`, get(art.held, arm.held), this.upright(hand))
    const thumb = arm.inward ? -mirror : mirror
    this.draw(`${side} hand`, get(art.hands, arm.hand), this.onHand(elbow, hand, thumb))
  }

  private stick([x, y]: Point): void {
    const points = [x + 34, y - 16, x, y - 40, x - 24, y - 10, x - 44, 36]
    this.draw('stick', [{ ink: 28, pen: 'stick', open: true, points }], (x, y) => [x, y])
  }

  private leg(name: string, leg: Leg): void {
    const joints = pairs(leg.points).map(([x, y]) => this.onGround(x * this.body.width, y))
    this.draw(`${name} foot`, art.foot, this.upright(at(joints, -1), leg.foot))
    if (art.bare_legs.includes(this.look.clothes)) this.limb(name, joints, 'skin', 82)
    else this.limb(name, joints, 'bottom', 100)
    if (this.seat && art.laps.includes(this.look.clothes)) this.limb(`${name} lap`, joints.slice(0, 2), 'top', 112)
  }

  private head(): void {
    const { look } = this
    this.draw('head', art.head, this.onHead)
    this.draw('beard', get(art.beards, look.beard), this.onHead)
    if (this.flags.includes('headscarf')) this.draw('headscarf', art.headscarf, this.onHead)
    else this.draw('hair', get(art.hair, look.hair), this.onHead)
    this.draw('face', art.face, this.onHead)
    this.draw('mood', at(art.moods, this.mood + MOOD_MAX), this.onHead)
    if (look.age === 'older') this.draw('wrinkles', art.wrinkles, this.onHead)
    if (this.flags.includes('glasses')) this.draw('glasses', art.glasses, this.onHead)
  }
}

/** Return a standalone SVG of a person. Unknown parameters are replaced by defaults. */
export const figureSvg = (look: Look, acting: Acting): string => new Figure(look, acting).svg()

/** Return the file id of a person's picture in drawings: the same for the same picture. */
export const figureId = (look: Look, acting: Acting): string => new Figure(look, acting).id()
