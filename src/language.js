// Part of a build that has more languages than English: fetches the texts of the first language of the reader that there are.
// `boot.js` waits for them before it starts the application. In a frame, the page around it can name the language (`src/frame.js`).
(function () {
  "use strict";
  var files = {};
  var languages = document.getElementById("languages");
  languages.content.split(" ").forEach(function (file) {
    var parts = file.split("=");
    files[parts[0]] = parts[1];
  });
  // Which text each element of the page shows.
  var shown = languages.dataset.texts.split(" ");
  var wanted = [];
  try {
    var named = self !== top && /^keyward:(.*)$/.exec(window.name);
    var tag = named && JSON.parse(named[1]).lang;
    if (typeof tag === "string") wanted.push(tag, tag.split("-")[0]);
  } catch {
    // It is only a name.
  }
  (navigator.languages || [navigator.language]).forEach(function (tag) {
    wanted.push(tag, tag.split("-")[0]);
  });
  var language = wanted.find(function (tag) {
    return tag === "en" || files[tag];
  });
  if (!files[language]) return;
  var drawn = new Promise(function (resolve) {
    addEventListener("DOMContentLoaded", resolve);
  });
  window.keywardLanguage = fetch(new URL(files[language], document.baseURI))
    .then(function (answer) {
      return answer.json();
    })
    .then(function (texts) {
      window.keywardTexts = texts;
      document.documentElement.lang = language;
      return drawn.then(function () {
        document.querySelectorAll("[data-text]").forEach(function (element, at) {
          element.textContent = texts[shown[at]] || element.textContent;
        });
      });
    })
    .catch(function (error) {
      // English is better than nothing.
      console.error(error);
    });
})();
