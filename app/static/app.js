// Comfort on top of pages that work without it: keys, counting, unsaved forms, messages. Nothing is loaded from outside.
(() => {
  "use strict";
  const page = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const shown = (element) => element.getClientRects().length > 0;
  page.classList.add("js");

  // ---- messages: what the server or the line could not give
  const tell = (text) => {
    const region = byId("messages");
    if (!region || !text) return;
    const note = document.createElement("p");
    note.className = "flash flash--danger flash--line";
    note.setAttribute("role", "alert");
    note.textContent = text;
    region.replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
  };
  const words = (name) => document.body.dataset[name];
  document.addEventListener("htmx:sendError", () => tell(words("sayLost")));
  document.addEventListener("htmx:timeout", () => tell(words("sayLost")));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    const code = [400, 401, 403].includes(status) ? /* 400: the proof of the form went with the session */ "sayEnded" : status === 429 || status === 503 ? "sayBusy" : "sayRefused";
    tell(words(code));
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token) event.detail.headers["X-CSRFToken"] = token.content;
  });
  document.addEventListener("htmx:sseClose", (event) => {
    const done = event.target.closest("[data-done]");
    if (done) window.location.assign(done.dataset.done);
  });

  // ---- forms: nothing typed is lost unasked
  const unsaved = new Set();
  let edits = 0, sent = 0; // how often anything changed, and how often it had when a draft was last sent
  const answered = (control) => {
    const form = control.form;
    edits += 1;
    if (form && form.hasAttribute("data-unsaved")) unsaved.add(form);
    const box = control.id && document.querySelector(`[data-unsure="${CSS.escape(control.id)}"]`);
    if (box && control.value !== "") box.checked = false;
  };
  const setValue = (control, value) => {
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.addEventListener("input", (event) => answered(event.target));
  document.addEventListener("submit", (event) => unsaved.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size) event.preventDefault();
  });
  // A form whose every change is kept as a draft: what the server has, the reader may leave behind.
  document.addEventListener("htmx:afterRequest", (event) => {
    const saves = event.target.dataset.saves;
    if (!saves || !event.detail.successful || sent !== edits) return; // a later answer is still on its way
    const place = waiting;
    waiting = null;
    unsaved.delete(byId(saves));
    if (place) goOn(place);
  });
  // The server says nothing about the field somebody is typing in, and takes no question from under their hands.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.dataset.saves) return;
    sent = edits;
    event.detail.parameters.at = document.activeElement.name || "";
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const place = event.detail.target;
    if (place.matches("[data-q]") && place.contains(document.activeElement)) event.preventDefault();
  });
  const count = (button) => {
    const control = byId(button.dataset.for);
    const next = (Number.parseInt(control.value, 10) || 0) + Number(button.dataset.step);
    setValue(control, String(Math.min(10 ** control.maxLength - 1, Math.max(0, next))));
  };
  const pickVan = (button) => {
    const same = button.getAttribute("aria-pressed") === "true";
    const letter = same ? "" : button.dataset.vanFilter;
    all("[data-van-filter]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.vanFilter === letter)));
    all("[data-van]").forEach((one) => { one.hidden = Boolean(letter) && one.dataset.van !== letter; });
    document.dispatchEvent(new CustomEvent("npcc:van", { detail: letter }));
  };
  const acts = [
    ["[data-mend]", (button) => { const control = byId(button.dataset.mend); setValue(control, button.dataset.value); control.focus(); }],
    ["[data-step]", count],
    ["[data-van-filter]", pickVan],
    ["[data-open]", (button) => byId(button.dataset.open).showModal()],
  ];
  document.addEventListener("click", (event) => {
    for (const [selector, act] of acts) {
      const found = event.target.closest(selector);
      if (found) return act(found);
    }
    all("details.why[open]").filter((one) => !one.contains(event.target)).forEach((one) => { one.open = false; });
    return undefined;
  });
  // A sentence of sums follows the boxes that are ticked; a browser that comes back may have kept its ticks.
  const tally = (told) => {
    const ticked = all("[data-adds]:checked", told.closest("form"));
    const sum = ticked.reduce((before, box) => before + Number(box.dataset.adds), 0);
    told.textContent = told.dataset.tally.replace("{ticked}", ticked.length).replace("{sum}", sum);
  };
  window.addEventListener("pageshow", () => all("[data-tally]").forEach(tally));
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-adds]")) all("[data-tally]", event.target.form).forEach(tally);
    if (event.target.matches("[data-show]")) byId(event.target.dataset.show).type = event.target.checked ? "text" : "password";
  });

  // ---- keys: single letters only outside fields, and only when the profile allows them
  const inField = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const rowLinks = () => all("[data-rows] tbody a.who").filter(shown);
  const walk = (step) => {
    const links = rowLinks();
    const row = document.activeElement.closest("tr");
    const here = row ? links.findIndex((link) => row.contains(link)) : -1;
    const next = links[Math.min(links.length - 1, Math.max(0, here + step))];
    if (next) next.focus();
    return Boolean(next);
  };
  const escape = () => {
    const open = all("details.why[open], details.rolenav[open]");
    open.forEach((one) => { one.open = false; one.querySelector("summary").focus(); });
    all("[data-toast]").forEach((one) => one.remove());
    return open.length > 0;
  };
  const press = (selector) => {
    const target = all(selector).find(shown);
    if (target) target.click();
    return Boolean(target);
  };
  const focusOn = (selector) => {
    const target = all(selector).find(shown);
    if (target) target.focus();
    return Boolean(target);
  };
  const inRow = (key) => { // the row in focus, else the first one
    const row = document.activeElement.closest("tr, .meal") || document.querySelector("[data-rows] tbody tr");
    const target = row && row.querySelector(`[data-row-key="${key}"]`);
    if (target) target.click();
    return Boolean(target);
  };
  const plain = {
    "/": () => focusOn("input[type=search]"),
    "?": () => { const keys = byId("keys"); if (keys) keys.showModal(); return Boolean(keys); },
    j: () => walk(1) || focusOn("[data-meal]"),
    k: () => walk(-1),
    p: () => inRow("p"),
    r: () => inRow("r"),
    t: () => inRow("t"),
  };
  let gone = 0; // when "g" was pressed
  const letter = (key) => {
    if (key === "g") { gone = Date.now(); return true; }
    if (key === "w" && Date.now() - gone < 1500) return press(".rolenav--wide a, .rolenav__menu a");
    return (plain[key] && plain[key]()) || (/^[a-z0-9]$/.test(key) && press(`[data-key="${key}"]`));
  };
  // ---- questions: a letter or digit picks an answer, Enter goes to the next question
  const pick = (event) => {
    const group = event.target.matches("[type=radio]") && event.target.closest("[data-letters]");
    const radio = group && group.querySelector(`[data-letter="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!radio) return false;
    radio.focus();
    radio.click();
    return true;
  };
  let waiting = null; // the last question, while its answer may still bring another
  const goOn = (place) => {
    const form = place.closest("[data-questions]");
    const places = all("[data-q]", form);
    const next = places[places.indexOf(place) + 1];
    if (!place.contains(document.activeElement)) return true;
    if (!next && unsaved.has(form)) { waiting = place; return true; }
    const control = next
      ? next.querySelector("[type=radio]:checked") || next.querySelector("input:not([type=hidden]), select")
      : form.querySelector("[data-last]");
    if (control) control.focus();
    if (control && control.matches(".input")) control.select();
    return Boolean(control);
  };
  const nextQuestion = (event) => {
    const place = event.target.matches("input, select") && event.target.closest("[data-questions] [data-q]");
    return event.key === "Enter" && Boolean(place) && goOn(place);
  };
  const fieldKey = (event) => {
    const box = event.key === "?" && document.querySelector(`[data-unsure="${CSS.escape(event.target.id)}"]`);
    if (!box) return false;
    box.checked = !box.checked;
    answered(box);
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  const arrows = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1], j: [0, 1], k: [0, -1] };
  const walkMeals = (event) => { // sideways to the same meal of another day, up and down within the day
    const meal = event.target.closest("[data-meal]");
    const step = meal && arrows[event.key];
    if (!step) return false;
    const days = all(".wk-day"), here = meal.closest(".wk-day");
    const slot = [...meal.closest(".meal").classList].find((name) => /^r\d$/.test(name));
    const inDay = all("[data-meal]", here);
    const beside = step[0] && days[days.indexOf(here) + step[0]];
    const next = beside ? beside.querySelector(`.meal.${slot} [data-meal]`) : !step[0] && inDay[inDay.indexOf(meal) + step[1]];
    if (next) next.focus();
    return Boolean(next);
  };
  const answer = (event) => {
    if (event.key === "Escape") return escape();
    if (event.key === "Enter" && event.ctrlKey && event.target.form) { event.target.form.requestSubmit(); return true; }
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (nextQuestion(event) || pick(event)) return true;
    if (inField(event.target)) return fieldKey(event);
    if (document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return false;
    return walkMeals(event) || letter(event.key);
  };
  document.addEventListener("keydown", (event) => { if (!event.defaultPrevented && answer(event)) event.preventDefault(); });

  // ---- a one-time code stands after the # of its link, so that no log sees it; it moves from there into the form
  const code = document.querySelector("[data-token]");
  if (code && window.location.hash.length > 1) {
    code.querySelector("input").value = decodeURIComponent(window.location.hash.slice(1));
    code.hidden = true;
    window.history.replaceState(null, "", window.location.pathname);
  }

  // ---- what a phone folds stands open where there is room
  if (window.matchMedia("(min-width: 48.01rem)").matches) all("details[data-wide]").forEach((one) => { one.open = true; });

  // ---- a timeline that scrolls sideways begins at its first bar, not in the empty hours before it
  all(".scroll-x > .gantt").forEach((gantt) => {
    const names = gantt.querySelector(".g-corner").getBoundingClientRect().right;
    const bars = all(".lane .b, .lane .drive, .firstt", gantt).map((bar) => bar.getBoundingClientRect().left);
    if (bars.length) gantt.parentElement.scrollLeft = Math.min(...bars) - names - 8;
  });

  // ---- at the start: bring the list of remarks into view; let a toast go after 20 seconds unless it is in use
  const remarks = document.querySelector("[data-focus]");
  if (remarks) remarks.focus();
  all("[data-toast]").forEach((toast) => {
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 5000) : toast.remove());
    setTimeout(leave, 20000);
  });
})();
