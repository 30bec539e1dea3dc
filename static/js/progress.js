// Shows how far the worker is; without it the page reloads by itself.
"use strict";
(() => {
  const place = document.getElementById("progress");
  if (!place) return;
  const rows = document.getElementById("rows");
  const files = document.getElementById("files");
  let failures = 0;
  async function look() {
    try {
      const answer = await fetch(place.dataset.url, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      failures = 0;
      rows.textContent = told.rows.toLocaleString("en-US");
      if (files) files.textContent = [told.files, told.named].filter((n, at) => n || !at).map((n) => n.toLocaleString("en-US")).join(" / ");
      if (!told.working) return location.reload();
    } catch {
      failures += 1;
      if (failures > 5) return location.reload();
    }
    setTimeout(look, 1000);
  }
  setTimeout(look, 500);
  // The sentence above the figure may have changed: the worker began, or is not there.
  setTimeout(() => location.reload(), 8000);
})();
