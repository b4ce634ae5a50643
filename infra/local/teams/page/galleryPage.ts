import type { Theme } from '../hostConfig.ts';
import { drawCard } from './cardView.ts';

declare global {
  interface Window {
    draw: (card: Record<string, unknown>, theme: Theme, width: number) => void;
  }
}

window.draw = (card, theme, width) => {
  document.documentElement.dataset.theme = theme;
  document.documentElement.style.setProperty('--width', `${width}px`);
  document.querySelector('#card')?.replaceChildren(drawCard(card, theme, () => undefined));
};
