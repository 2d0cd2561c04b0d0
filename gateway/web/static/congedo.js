// What a page does beyond being read; everything works without it.
document.querySelectorAll("[data-focus]").forEach((item) => item.focus());
document.querySelectorAll("[data-print]").forEach((item) => {
  item.hidden = false;
  item.addEventListener("click", () => window.print());
});
