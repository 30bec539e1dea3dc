// Left and right arrows turn to the document before and after; without it the links do.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, [tabindex='0']")) return;
  const where = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = where && document.querySelector(`main a[rel=${where}]`);
  if (link) link.click();
});
