/** Entry point of the story that guests play: a storyboard behind a share link. */
import { playStory } from '../lib/story'

const story = document.querySelector<HTMLElement>('[data-story]')
if (story) playStory(story)
