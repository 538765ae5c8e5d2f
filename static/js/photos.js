// Photos: dropped, pasted, sent at once with their progress, and looked at full-screen.
// Without script a file input and a button do the same, and a thumbnail leads to a page.

const LARGEST = 15 * 1024 * 1024;

function dropAt(event) {
  return event.target.closest?.("[data-photo-drop]");
}

function give(form, files) {
  const photos = [...files].filter((file) => file.type.startsWith("image/"));
  const input = form.querySelector("input[type=file]");
  if (!photos.length || !input) return false;
  const carrier = new DataTransfer();
  for (const photo of photos) carrier.items.add(photo);
  input.files = carrier.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    const form = dropAt(event);
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.dataset.over = "";
  });
}
document.addEventListener("dragleave", (event) => {
  const form = dropAt(event);
  if (form && !form.contains(event.relatedTarget)) delete form.dataset.over;
});
document.addEventListener("drop", (event) => {
  const form = dropAt(event);
  if (!form) return;
  event.preventDefault();
  delete form.dataset.over;
  give(form, event.dataTransfer.files);
});

// Into the place that has the focus, else the first one of the page.
document.addEventListener("paste", (event) => {
  const files = event.clipboardData?.files ?? [];
  const form = dropAt(event) ?? document.querySelector("[data-photo-drop]");
  if (files.length && form && give(form, files)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-photo-drop]");
  if (!form || event.target.type !== "file" || !event.target.files.length) return;
  const tooLarge = [...event.target.files].find((file) => file.size > LARGEST);
  event.target.setCustomValidity(tooLarge ? `${tooLarge.name} is larger than 15 MB.` : "");
  if (event.target.reportValidity()) form.requestSubmit();
});

document.body.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress");
  const { loaded, total, lengthComputable } = event.detail;
  if (!bar || !lengthComputable) return;
  bar.hidden = false;
  bar.value = Math.round((100 * loaded) / total);
});

// ── the viewer ──────────────────────────────────────────────

const viewer = () => document.getElementById("photo-viewer");
let shown = null;

function show(link) {
  const dialog = viewer();
  if (!dialog || !link) return false;
  shown = link;
  const picture = dialog.querySelector("img");
  picture.src = link.dataset.photo;
  picture.alt = link.querySelector("img").alt;
  dialog.querySelector("[data-place=words]").textContent = `${picture.alt} · ${link.dataset.words}`;
  dialog.querySelector("[data-place=page]").href = link.href;
  if (!dialog.open) dialog.showModal();
  return true;
}

function turn(by) {
  const links = [...document.querySelectorAll("a[data-photo]")];
  const at = links.findIndex((link) => link.isConnected && link === shown);
  if (at >= 0) show(links[(at + by + links.length) % links.length]);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-photo]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && show(link)) {
    event.preventDefault();
  }
  const button = event.target.closest?.("[data-turns]");
  if (button) turn(Number(button.dataset.turns));
});

document.addEventListener("keydown", (event) => {
  if (!viewer()?.open) return;
  if (event.key === "ArrowRight") turn(1);
  if (event.key === "ArrowLeft") turn(-1);
});

// Focus returns to the thumbnail that is shown by then.
document.addEventListener("close", (event) => {
  if (event.target === viewer()) shown?.focus();
}, true);
