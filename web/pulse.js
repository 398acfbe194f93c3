// The pulse: how often the page draws, and the longest time it did not. It measures what it promises: that scripts hold nothing up.

/** How far back it looks, in milliseconds. */
const WINDOW = 5000;

/** The longest frame of the page since it was last asked for. */
let longest = 0;

export function takeLongestFrame() {
  const taken = longest;
  longest = 0;
  return taken;
}

/** Shows the pulse of the page in an element. */
export function showPulse(element) {
  let frames = [];
  let last = 0;
  let shownAt = 0;
  const frame = (now) => {
    const gap = last > 0 ? now - last : 0;
    last = now;
    // A page that was hidden has not been held up.
    if (gap > 0 && gap < 10000) {
      frames.push([now, gap]);
      longest = Math.max(longest, gap);
    }
    if (now - shownAt > 500) {
      shownAt = now;
      frames = frames.filter(([at]) => now - at < WINDOW);
      const second = frames.filter(([at]) => now - at < 1000).length;
      const worst = Math.max(0, ...frames.map(([, it]) => it));
      element.textContent = `${second} frames/s · longest ${Math.round(worst)} ms`;
    }
    requestAnimationFrame(frame);
  };
  document.addEventListener("visibilitychange", () => {
    last = 0;
    frames = [];
  });
  requestAnimationFrame(frame);
}
