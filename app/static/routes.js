// A stop that is dragged onto another van asks for its places there; nothing is changed yet.
(() => {
  "use strict";
  let asked = "";
  document.querySelectorAll("[data-move]").forEach((stop) => {
    stop.draggable = true;
    stop.addEventListener("dragstart", (event) => {
      asked = stop.dataset.move;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", stop.id);
    });
    stop.addEventListener("dragend", () => { asked = ""; });
  });
  document.querySelectorAll("[data-drop]").forEach((van) => {
    van.addEventListener("dragover", (event) => {
      if (!asked) return;
      event.preventDefault();
      van.classList.add("is-over");
    });
    van.addEventListener("dragleave", () => van.classList.remove("is-over"));
    van.addEventListener("drop", (event) => {
      event.preventDefault();
      if (asked) location.assign(`${asked}?to=${encodeURIComponent(van.dataset.drop)}`);
    });
  });
})();
