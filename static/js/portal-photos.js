// Shows how far the photos are. Without script the form is simply sent.

for (const form of document.querySelectorAll("form[data-photos]")) {
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    const bar = form.querySelector("progress");
    const sending = new XMLHttpRequest();
    bar.hidden = false;
    form.querySelector("button").disabled = true;
    sending.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) bar.value = Math.round((100 * loaded) / total);
    });
    // The answer is a page of this very desk: shown as it came, whatever it says.
    sending.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(sending.responseText, "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main") ?? document.createElement("main"));
      window.scrollTo(0, 0);
    });
    sending.addEventListener("error", () => {
      form.querySelector("button").disabled = false;
      bar.hidden = true;
    });
    sending.open("POST", form.action);
    sending.send(new FormData(form));
  });
}
