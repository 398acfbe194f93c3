// The theme: what the system says, until a person chooses. Loaded before the page is drawn, so no module.
(() => {
  const root = document.documentElement;
  const read = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const theme = read();
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-action=theme]")) {
      return;
    }
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // Then it is forgotten with the page.
    }
  });
})();
