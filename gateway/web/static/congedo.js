// What a page does beyond being read; everything works without it.
document.querySelectorAll("[data-focus]").forEach((item) => item.focus());
