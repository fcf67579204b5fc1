// Swaps what changed into the wall. The page is whole without it.
"use strict";
(() => {
  const wall = document.getElementById("wall");
  const headline = document.getElementById("headline");
  if (!wall?.dataset.live || !headline || !window.EventSource) return;

  const take = (html) => {
    const shelf = document.createElement("template");
    shelf.innerHTML = html; // our own server's, from this origin only
    return shelf.content.firstElementChild;
  };

  const swap = (id, html) => {
    const old = document.getElementById(id);
    const fresh = take(html);
    if (!old || !fresh) return;
    const focused = old.contains(document.activeElement);
    fresh.classList.add("changed");
    old.replaceWith(fresh);
    if (focused) fresh.querySelector("a")?.focus();
  };

  const source = new EventSource(wall.dataset.live);
  source.addEventListener("wall", (event) => {
    const { rows, headline: words } = JSON.parse(event.data);
    for (const [id, html] of Object.entries(rows)) swap(id, html);
    if (words && !headline.contains(document.activeElement)) headline.innerHTML = words;
  });
  source.addEventListener("reload", () => {
    source.close();
    window.location.reload();
  });

  let patience;
  source.addEventListener("error", () => {
    patience ??= setTimeout(() => {
      const note = document.createElement("p");
      note.className = "banner b-stale";
      note.id = "lost";
      note.setAttribute("role", "status");
      note.textContent = wall.dataset.lost;
      if (!document.getElementById("lost")) headline.before(note);
    }, 10_000);
  });
  source.addEventListener("open", () => {
    clearTimeout(patience);
    patience = undefined;
    document.getElementById("lost")?.remove();
  });
})();
