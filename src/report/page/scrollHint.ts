// Says of boxes that are wider inside than outside that they can be scrolled sideways, since many screens show no bar
// for it: the style draws a line of words above, and lets the edge fade behind which there is more.

/** Of all boxes as they are now. To be called when what they hold has changed. */
export function showScrolls(): void {
  for (const box of document.querySelectorAll('.scroll')) {
    const wider = box.scrollWidth - box.clientWidth;
    // Widths are rounded: less than two pixels is none.
    box.toggleAttribute('data-wide', wider > 1);
    box.toggleAttribute('data-more', wider - box.scrollLeft > 1);
  }
}

/** What the reader does with the page keeps it true, too. */
export function followScrolls(): void {
  addEventListener('resize', showScrolls);
  for (const name of ['scroll', 'toggle'])
    addEventListener(
      name,
      ({ target }) => {
        if (target instanceof Element) showScrolls();
      },
      { capture: true, passive: true },
    );
}
