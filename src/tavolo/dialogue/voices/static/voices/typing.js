/* While somebody types, asks the server what is alike or how it reads, and shows the answer under the field.
   Without this file the form shows the same after it is sent. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("form[data-look]"), function (form) {
    var field = form.querySelector("textarea[name=text]");
    var place = document.getElementById(form.dataset.into);
    var token = form.querySelector("[name=csrfmiddlewaretoken]");
    var timer = null;
    var asked = "";
    if (!field || !place || !token || !window.fetch) { return; }

    function ask() {
      var text = field.value.trim();
      if (text === asked) { return; }
      asked = text;
      if (text.length < 12) { place.textContent = ""; return; }
      fetch(form.dataset.look, {
        method: "POST", credentials: "same-origin",
        headers: { "X-CSRFToken": token.value },
        body: new URLSearchParams({ text: text })
      }).then(function (answer) {
        if (!answer.ok) { throw new Error(); }
        return answer.text();
      }).then(function (html) {
        if (text === asked) { place.innerHTML = html.trim(); }
      }).catch(function () { asked = ""; });
    }
    field.addEventListener("input", function () { window.clearTimeout(timer); timer = window.setTimeout(ask, 500); });
    field.addEventListener("blur", ask);
  });
}());
