// A link that is too long for any program is cut off before the page loads what it needs: a browser carries it along with each of those
// requests, which takes it a second for two million characters. No module, so that it runs first.
(() => {
  const length = location.hash.length;
  // More than share.js takes, which says so.
  if (length > 400000) {
    document.documentElement.dataset.linkLength = length;
    history.replaceState(null, "", location.pathname);
  }
})();
