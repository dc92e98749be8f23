// Light or dark: as the system says, until the reader says otherwise. Kept by the browser where it lets us.

const KEY = 'netpol-drift-theme';

export function setUpTheme(): void {
  const button = document.getElementById('theme');
  if (button === null) return;
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = read();
  const show = (): void => {
    const isDark = chosen === '' ? system.matches : chosen === 'dark';
    if (chosen !== '') document.documentElement.dataset['theme'] = chosen;
    button.textContent = isDark ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark ? 'Use light colours' : 'Use dark colours');
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    const isDark = chosen === '' ? system.matches : chosen === 'dark';
    chosen = isDark ? 'light' : 'dark';
    keep(chosen);
    show();
  });
  system.addEventListener('change', show);
  show();
}

/** A file in a browser that keeps nothing for files has no storage to ask. */
function read(): string {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'dark' || kept === 'light' ? kept : '';
  } catch {
    return '';
  }
}

function keep(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then the next page begins as the system says.
  }
}
