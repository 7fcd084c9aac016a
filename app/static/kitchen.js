// An address inside a folded machine unfolds it.
(() => {
  "use strict";
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target && target.closest("details");
    if (!fold || fold.open) return;
    fold.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
})();

// Drag a bar of the kitchen's timeline: where it is dropped fills the form that tells the price.
// Without a mouse, or without this file, the form below the timeline does the same.
(() => {
  "use strict";
  const STEP_MIN = 5;
  const LEAST_PX = 6;
  const form = document.querySelector("[data-move]");
  const gantt = document.querySelector("[data-gantt]");
  if (!form || !gantt) return;
  const start = Number(gantt.dataset.start);
  const span = Number(gantt.dataset.end) - start;
  const laneAt = (event) => {
    const found = document.elementFromPoint(event.clientX, event.clientY);
    return found && found.closest("svg[data-machine]");
  };
  const clock = (minute) => {
    const within = ((minute % 1440) + 1440) % 1440;
    return `${Math.floor(within / 60)}:${String(within % 60).padStart(2, "0")}`;
  };

  const send = (bar, lane, minute) => {
    form.elements.step.value = bar.dataset.step;
    form.elements.to.value = lane.dataset.machine;
    form.elements.at.value = clock(minute);
    form.elements.at_eve.checked = minute < 0;
    form.requestSubmit();
  };

  const drag = (bar, down) => {
    const home = bar.closest("svg[data-machine]");
    const box = bar.querySelector("rect").getBoundingClientRect();
    const width = home.getBoundingClientRect().width;
    const left = box.left - home.getBoundingClientRect().left;
    let moved = false;
    const move = (event) => {
      const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
      moved = moved || Math.hypot(dx, dy) > LEAST_PX;
      if (moved) bar.setAttribute("transform", `translate(${dx} ${dy})`);
    };
    const end = (event) => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
      bar.classList.remove("is-drag");
      if (!moved) return;
      bar.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
      const minute = start + ((left + event.clientX - down.clientX) / width) * span;
      const lane = event.type === "pointerup" ? laneAt(event) : null;
      bar.removeAttribute("transform");
      if (!lane || lane.dataset.does !== home.dataset.does) return;
      send(bar, lane, Math.round(minute / STEP_MIN) * STEP_MIN);
    };
    bar.classList.add("is-drag");
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  };

  gantt.addEventListener("dragstart", (event) => event.preventDefault());
  gantt.addEventListener("pointerdown", (event) => {
    const bar = event.button === 0 && event.pointerType !== "touch" && event.target.closest("[data-step]");
    if (bar) drag(bar, event);
  });
})();
