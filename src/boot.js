// Runs before anything is drawn: theme, which frame to draw, the first requests. Then it starts the application.
// The build writes it as ES5 with `import()`, so that it can say so in a browser that can't run the application, and refuses
// what it can't write like that. A browser without `import()` shows what `index.html` says where no script runs.
(() => {
  "use strict";
  var root = document.documentElement;
  var element = id => document.getElementById(id);
  // The full address of a file that the page names.
  var address = name => new URL(name, document.baseURI).href;
  var fail = why => {
    var message = element("start-failed");
    if (!message) return addEventListener("DOMContentLoaded", fail.bind(null, why));
    if (!message.hidden) return;
    message.querySelectorAll("[data-why]").forEach(text => {
      text.hidden = text.dataset.why.split(" ").indexOf(why) < 0;
    });
    element("start-reload").onclick = () => {
      location.reload();
    };
    // After a crash, what someone has typed can still be read.
    element("app").hidden = why !== "crash";
    delete root.dataset.away;
    message.hidden = false;
    root.dataset.start = "failed";
  };

  // The newest of what every page needs: a browser that has these has the rest. `docs/browsers.md` has the versions.
  if (
    !window.WebAssembly ||
    !HTMLElement.prototype.showPopover ||
    !CSS.supports("(color: light-dark(red, red)) and selector(:has(a))")
  ) {
    addEventListener("DOMContentLoaded", () => {
      fail("old");
      // Without layers nothing in the style sheet counts, and nothing else would be hidden.
      var message = element("start-failed");
      document.body.textContent = "";
      document.body.appendChild(message);
    });
    return;
  }

  var read = name => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };

  var theme = read("keyward.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  var path = location.pathname.slice(new URL(document.baseURI).pathname.length).replace(/\/$/, "");
  // In a browser that has never been here it says nothing, and a cookie may still be.
  var known = read("keyward.admin");
  var signedIn = !!known;
  var tab = /^o\/([1-9]\d*)(?:\/(api-key|oauth-servers|sandbox-tokens))?$/.exec(path);
  root.dataset.start = signedIn && !/^(sign-in|signed-in|setup|invitation)$/.test(path) ? "frame" : "card";
  root.dataset.tab = tab ? tab[2] || "api-key" : "other";
  var isKeyPage = root.dataset.tab === "api-key";
  // What speaks with a page around this one, where the operator lists who that can be.
  var framed;
  if (self !== top) {
    root.dataset.framed = "";
    if (element("frame-ancestors")) framed = import(address(element("frame-script").content)).catch(console.error);
  }
  if (/[?&]embed(?:[=&]|$)/.test(location.search)) root.dataset.embed = "";

  // Scripts are not blocked.
  root.dataset.scripts = "";

  // Tabs learn that another one has signed in or out. A page that comes back from the browser's memory stays blank until it has
  // looked: whose it was may have signed out.
  var look = () => {
    dispatchEvent(new Event("keyward-session"));
  };
  // A browser that keeps nothing for frames may refuse this, too.
  try {
    var tabs = new BroadcastChannel("keyward-session");
    tabs.onmessage = look;
  } catch {}
  addEventListener("keyward-tell", () => {
    if (tabs) tabs.postMessage(0);
  });
  addEventListener("storage", event => {
    if (event.key === "keyward.admin") look();
  });
  addEventListener("pagehide", () => {
    root.dataset.away = "";
  });
  addEventListener("pageshow", event => {
    if (event.persisted && root.dataset.start !== "failed") look();
    else delete root.dataset.away;
  });

  // Sign-in and the key page start with less. `Route::is_of_first_load` knows the rest, and the gateway's `Name` the same.
  var whole = !(path === "" || path === "sign-in" || isKeyPage);

  var get = url => {
    return fetch(url, {
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout && AbortSignal.timeout(20000),
    });
  };
  // The build of the page that comes as an answer, where one of this portal comes. No JSON looks like it.
  var build = answer => {
    return answer
      .then(answer => {
        return answer.clone().text();
      })
      .then(text => {
        return / data-build="(.+?)"/.exec(text)[1];
      })
      .catch(() => {});
  };

  // The application asks for these first. They travel while it is still on its way. An exported page may have them at another
  // path of its origin.
  var early = (window.keywardEarly = new Map());
  var ask = path => {
    var answer = get((root.dataset.api || "") + path);
    early.set(path, answer);
    // A web host that doesn't pass the API on answers with the page itself.
    build(answer).then(found => {
      if (found) fail("host");
    });
  };
  ask("api/portal/session");
  if (!signedIn) ask("api/portal/sso");
  if (known !== "" && isKeyPage) {
    ask("api/portal/orgs/" + tab[1]);
    ask("api/portal/orgs/" + tab[1] + "/api-key");
  }

  // Something of this build can't be had: because the host has a different one by now, or for another reason.
  var missing = otherwise => {
    build(get("./")).then(found => {
      if (!found || found === root.dataset.build) otherwise();
      else idle().then(fail.bind(null, "new"));
    });
  };

  // The application notes which version of the API the gateway follows. A build begins with its own; neighbors work together.
  new MutationObserver(() => {
    var ahead = root.dataset.served - parseInt(root.dataset.build);
    // A dialog may have what someone has typed, or just got.
    if (ahead > 1) idle().then(fail.bind(null, "new"));
    if (ahead < -1) idle().then(fail.bind(null, "older"));
  }).observe(root, { attributeFilter: ["data-served"] });
  addEventListener("error", event => {
    if (event.error instanceof WebAssembly.RuntimeError) fail("crash");
  });

  // The styles of the pages beyond the first load, unless the page has them already.
  var styled;
  var style = again => {
    var mention = element("morestyle");
    if (mention.localName === "link") return styled;
    styled = new Promise((resolve, reject) => {
      var link = document.createElement("link");
      link.id = mention.id;
      link.rel = "stylesheet";
      link.href = mention.content + again;
      link.onload = resolve;
      link.onerror = event => {
        link.replaceWith(mention);
        reject(event);
      };
      mention.replaceWith(link);
    });
    return styled;
  };

  // Gets a program ready to run. After a failure it is asked for by another address: browsers remember that a script failed.
  var failures = 0;
  var load = name => {
    var again = failures ? "?again=" + failures : "";
    var url = part => {
      var file = element(name + part);
      return address(file.href || file.content) + again;
    };
    var compile = answer => {
      if (!answer.ok) throw new Error("status " + answer.status);
      var streams = answer.headers.get("content-type") === "application/wasm";
      return streams ? WebAssembly.compileStreaming(answer) : answer.arrayBuffer().then(WebAssembly.compile);
    };
    var parts = [import(url("-script")), fetch(url("-wasm")).then(compile)];
    if (name === "whole") parts.push(style(again));
    return Promise.all(parts).then(both => {
      return () => {
        // A development build is too large to be started at one go, and has both.
        var start = both[0].default || both[0].initSync;
        return Promise.resolve({ module: both[1], module_or_path: both[1] }).then(start);
      };
    });
  };
  var crashed = error => {
    console.error(error);
    if (error instanceof WebAssembly.RuntimeError) fail("crash");
    else missing(fail.bind(null, "load"));
  };

  // Fetches what the other pages need while nothing else is to do, so that they open without waiting.
  var prefetch = () => {
    if (navigator.connection && navigator.connection.saveData) return;
    ["whole-script", "whole-wasm", "morestyle"].forEach(id => {
      var name = element(id).content;
      if (!name) return;
      fetch(name, { priority: "low" })
        .then(answer => {
          return answer.arrayBuffer();
        })
        .catch(() => {});
    });
  };

  // Someone is at work in a dialog or a menu, presses something, or waits for what a button has begun.
  var isBusy = () => {
    return document.querySelector("dialog[open], :popover-open, :active, button[aria-busy]");
  };
  var idle = () => {
    if (!isBusy()) return Promise.resolve();
    return new Promise(resolve => {
      setTimeout(resolve, 300);
    }).then(idle);
  };
  var isWanted = () => {
    return "more" in root.dataset;
  };
  // Reads the session while the page is idle, and again if it is busy when the answer comes.
  var handedOver = () => {
    return idle().then(() => {
      if (!isWanted()) return;
      ask("api/portal/session");
      return early.get("api/portal/session").then(() => {
        if (isWanted() && !isBusy()) return;
        // It must not pass for a new one later.
        early.delete("api/portal/session");
        return handedOver();
      });
    });
  };
  // The program with every page takes the place of the first one while that shows a page it does not have, and says so by
  // `data-more`: who has gone back to a page of it keeps what is there.
  var coming;
  addEventListener("keyward-more", () => {
    if (coming) return;
    var late = new Promise((_, reject) => {
      setTimeout(reject, 60000, new Error("late"));
    });
    coming = Promise.race([load("whole"), late])
      .then(run => {
        return handedOver().then(() => {
          return run;
        });
      })
      .then(run => {
        coming = undefined;
        if (!isWanted()) return;
        delete root.dataset.more;
        return run().catch(crashed);
      });
    coming.catch(error => {
      coming = undefined;
      failures += 1;
      console.error(error);
      missing(() => {
        dispatchEvent(new Event("keyward-more-failed"));
      });
    });
  });

  addEventListener("DOMContentLoaded", () => {
    if (!CSS.supports("anchor-scope: --a")) import("./anchors.js");
    Promise.all([load(whole ? "whole" : "app"), window.keywardLanguage, framed])
      .then(ready => {
        return ready[0]();
      })
      .then(() => {
        if (whole) return;
        if (window.requestIdleCallback) requestIdleCallback(prefetch, { timeout: 5000 });
        else setTimeout(prefetch, 2000);
      })
      .catch(crashed);
  });
})();
