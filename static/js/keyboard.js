// Keys of the desk. An element says its own key: data-key="a", data-key="g q", data-key="/". One that
// belongs to a row of a list, and to that row alone, says data-row-key="e".
//
// Single keys are for the desk only while no field has the focus, and can be switched off
// (<body data-shortcuts="off">, WCAG 2.1.4). Ctrl-K and Escape always work.

const SEQUENCE_MILLISECONDS = 1200;
let sequence = "";
let sequenceTimer;

function isTyping(target) {
  // Nobody types into a checkbox: keys go on from there.
  const fields = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
  return target.closest(`${fields}, dialog[open]`) !== null;
}

function isVisible(element) {
  return element.checkVisibility?.() ?? element.offsetParent !== null;
}

// The menu's links lead on while it is folded up, as it is in a narrow or an enlarged window.
function elementFor(keys) {
  const named = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)];
  return named.find(isVisible) ?? named.find((element) => element.matches(".rail-link"));
}

function startsSequence(key) {
  return document.querySelector(`[data-key^="${CSS.escape(key)} "]`) !== null;
}

function use(element) {
  if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else {
    // A blocked action only takes the focus, so that its reason is read out.
    element.focus();
    if (element.getAttribute("aria-disabled") !== "true") element.click();
  }
}

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter(isVisible);
}

function currentRow() {
  return document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row].is-current");
}

// A row that stays the current one for a moment hears of it ("row-current"); walking past, or asking
// for the same by a link (data-shows-row), tells it nothing.
const MOMENT_MILLISECONDS = 120;
let momentTimer;

function makeCurrent(row) {
  if (row.classList.contains("is-current")) return;
  clearTimeout(momentTimer);
  momentTimer = setTimeout(() => row.dispatchEvent(new CustomEvent("row-current")), MOMENT_MILLISECONDS);
  for (const other of document.querySelectorAll("[data-row].is-current")) {
    other.classList.remove("is-current");
  }
  row.classList.add("is-current");
}

// A row becomes the current one however it is reached: by key, by tab, by a click anywhere in it.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) makeCurrent(row);
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (event.target.closest("[data-shows-row]")) clearTimeout(momentTimer);
  if (row && !event.target.closest("a, button, input, label")) focusOnRow(row);
});

// The link, not the checkbox before it: Enter opens the row.
function focusOnRow(row) {
  (row.querySelector("a") ?? row.querySelector("button, input"))?.focus();
}

function rowElementFor(keys) {
  return currentRow()?.querySelector(`[data-row-key="${CSS.escape(keys)}"]`);
}

function moveRow(step) {
  const all = rows();
  if (all.length === 0) return;
  const here = all.indexOf(currentRow());
  const next = here === -1 ? (step > 0 ? 0 : all.length - 1) : here + step;
  const row = all[Math.min(all.length - 1, Math.max(0, next))];
  makeCurrent(row);
  focusOnRow(row);
}

const ROW_KEYS = {
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => currentRow()?.querySelector("input[type=checkbox]")?.click(),
};

function remember(key) {
  sequence = key;
  clearTimeout(sequenceTimer);
  sequenceTimer = setTimeout(() => (sequence = ""), SEQUENCE_MILLISECONDS);
}

function onSingleKey(event) {
  const keys = sequence ? `${sequence} ${event.key}` : event.key;
  sequence = "";
  const element = rowElementFor(keys) ?? elementFor(keys);
  if (element) {
    event.preventDefault();
    use(element);
  } else if (startsSequence(keys)) {
    remember(keys);
  } else if (ROW_KEYS[keys]) {
    event.preventDefault();
    ROW_KEYS[keys]();
  } else if (keys === "?") {
    event.preventDefault();
    open("keys");
  }
}

// Sent without any of its buttons, so that what Ctrl Enter does is what the form is for. A page
// whose work is one form marks it, so that the focus need not be inside.
function mainForm(target) {
  return target.closest("form") ?? document.querySelector("form[data-main]");
}

// By its opener in the menu, shown or not: modules of the desk do not import each other, so that
// each is served under the name of its content.
function open(dialog) {
  document.querySelector(`[data-opens="${dialog}"]`)?.click();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open("palette");
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    mainForm(event.target)?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.defaultPrevented || isTyping(event.target)) return;
  if (document.body.dataset.shortcuts === "off") return;
  onSingleKey(event);
});
