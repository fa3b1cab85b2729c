// Keeps the progress of background work up to date. Without it the "refresh" link does the same.
document.querySelectorAll("[data-progress][data-going]").forEach((place) => {
  const look = async () => {
    const answer = await fetch(place.dataset.progress, { credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      const done = !fresh.querySelector("progress");
      if (done && "reload" in place.dataset) {
        window.location.reload();
        return;
      }
      place.replaceChildren(...fresh.childNodes);
      if (done) {
        place.removeAttribute("data-going");
        return;
      }
    }
    window.setTimeout(look, 1500);
  };
  window.setTimeout(look, 800);
});
