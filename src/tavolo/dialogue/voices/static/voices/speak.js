/* Reads statements aloud: a recording where there is one, else the browser's own voice for the language.
   The button stays hidden where the browser has neither, so nobody presses one that does nothing. */
(function () {
  "use strict";
  var buttons = Array.prototype.slice.call(document.querySelectorAll(".vcs-speak"));
  var speech = window.speechSynthesis;
  var playing = null;

  function voiceFor(language) {
    if (!speech) { return null; }
    var short = language.slice(0, 2).toLowerCase();
    return speech.getVoices().filter(function (voice) {
      return voice.lang.slice(0, 2).toLowerCase() === short;
    })[0] || null;
  }
  /* Either the words given with the button, or those of a part of the page. */
  function textOf(button) {
    if (!button.dataset.speakFrom) { return button.dataset.speak; }
    return Array.prototype.filter.call(document.querySelectorAll(button.dataset.speakFrom), function (part) {
      return !part.contains(button);
    }).map(function (part) { return part.innerText; }).join(" ");
  }
  function label(button, words) { button.querySelector(".vcs-speak-word").textContent = words; }
  function stop() {
    if (!playing) { return; }
    var was = playing;
    playing = null;
    if (was.sound) { was.sound.pause(); } else if (speech) { speech.cancel(); }
    label(was.button, was.button.dataset.listen);
    was.button.setAttribute("aria-pressed", "false");
  }
  function start(button) {
    stop();
    playing = { button: button, sound: null };
    label(button, button.dataset.stop);
    button.setAttribute("aria-pressed", "true");
    var mine = playing;
    function ended() { if (playing === mine) { stop(); } }
    if (button.dataset.audio) {
      mine.sound = new Audio(button.dataset.audio);
      mine.sound.addEventListener("ended", ended);
      mine.sound.addEventListener("error", ended);
      mine.sound.play().catch(ended);
      return;
    }
    var words = new SpeechSynthesisUtterance(textOf(button));
    var voice = voiceFor(button.dataset.language);
    words.lang = voice.lang;
    words.voice = voice;
    words.rate = 0.95;
    words.onend = ended;
    words.onerror = ended;
    speech.speak(words);
  }
  function offer() {
    buttons.forEach(function (button) {
      button.hidden = !(button.dataset.audio || voiceFor(button.dataset.language));
    });
  }
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      if (playing && playing.button === button) { stop(); } else { start(button); }
    });
  });
  /* Another card, another page: the voice must not go on about the last one. */
  document.addEventListener("submit", stop, true);
  window.addEventListener("pagehide", stop);
  offer();
  if (speech && speech.addEventListener) { speech.addEventListener("voiceschanged", offer); }
}());
