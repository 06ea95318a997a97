// The custom element <keyward-portal>: the portal in a frame of any page whose origin the operator lists in frame-ancestors.
// It has a name without a hash, and works as a classic script and as a module. `docs/embed.md` describes it, `embed.d.ts` has types.
(() => {
  "use strict";
  if (customElements.get("keyward-portal")) return;

  const VERSION = 1;
  /** How long the portal may take to answer after its page has loaded, in milliseconds. */
  const PATIENCE = 10_000;
  /** When it is greeted first, then at twice the time. Browsers that tell it who is around it need none of that. */
  const GREET_AFTER = 250;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; position: relative; min-height: 160px; }
    :host([hidden]) { display: none; }
    iframe { display: block; width: 100%; height: 320px; border: 0; }
    :host(:not([state="ready"])) iframe { position: absolute; visibility: hidden; }
    :host(:not([state="loading"])) slot[name="loading"], :host(:not([state="error"])) slot[name="error"] { display: none; }
    p { margin: 0; padding: 16px; }
  `);

  class KeywardPortal extends HTMLElement {
    static observedAttributes = ["base", "organization", "page", "lang", "theme", "readonly"];

    #frame;
    #origin;
    #link;
    #timers = [];
    /** What was asked for and has to show, and whether that's due: sign-in leads to a page of the portal's choice. */
    #target;
    #isDue;
    #hear = (event) => this.#heard(event);

    connectedCallback() {
      addEventListener("message", this.#hear);
      this.#open();
    }

    disconnectedCallback() {
      removeEventListener("message", this.#hear);
      this.#close();
    }

    attributeChangedCallback(name, before, after) {
      if (!this.#frame || before === after) return;
      const isReady = this.getAttribute("state") === "ready";
      const { page, organization } = this.#wanted();
      if (name === "theme") this.updateTheme();
      else if (name === "lang") this.#send("lang", { lang: after });
      else if (isReady && page && after && (name === "organization" || (name === "page" && before)))
        this.goto(page, organization);
      else this.#open();
    }

    /** Shows a page of the portal, of this organization or of the current one. Ignored while a dialog is open in it. */
    goto(page, organization) {
      this.#target = { page, organization: organization ?? this.#target?.organization };
      this.#send("goto", { page, ...(organization !== undefined && { organization: Number(organization) }) });
    }

    /** Passes the theme and the custom properties on again, after a change of a style sheet. */
    updateTheme() {
      this.#send("theme", this.#theme());
    }

    #wanted() {
      const [page, organization] = ["page", "organization"].map((name) => this.getAttribute(name) || undefined);
      return { page, organization };
    }

    #theme() {
      const style = getComputedStyle(this);
      const [accent, font, radius] = ["accent", "font", "radius"].map((name) =>
        style.getPropertyValue(`--keyward-${name}`).trim(),
      );
      return { scheme: this.getAttribute("theme") || "auto", accent, font, radius };
    }

    /** Replaces the frame with a new one. */
    #open() {
      this.#close();
      const root = this.shadowRoot ?? this.#draw();
      const base = new URL(`${this.getAttribute("base") ?? ""}/`.replace(/\/+$/, "/"), document.baseURI);
      const { page, organization } = this.#wanted();
      this.#target = { page, organization };
      this.#isDue = true;
      const path = organization ? `o/${encodeURIComponent(organization)}/${encodeURIComponent(page ?? "api-key")}` : "";
      const address = new URL(path, base);
      this.#origin = base.origin;
      this.#link.href = address.href;
      if (!/^https?:$/.test(base.protocol)) return this.#fail();
      const options = {
        ...this.#theme(),
        ...(this.lang && { lang: this.lang }),
        sized: true,
        single: page !== undefined,
        readonly: this.hasAttribute("readonly"),
      };
      const frame = document.createElement("iframe");
      frame.title = this.title || "{embed.title}";
      frame.allow = "clipboard-write";
      frame.name = `keyward:${JSON.stringify(options)}`;
      frame.src = `${address.href}?embed`;
      let loads = 0;
      frame.addEventListener("load", () => {
        const isReady = this.getAttribute("state") === "ready";
        // It may have told by itself. After a reload it may not, and has to hear once more who is around it.
        if (!loads++ && isReady) return;
        this.#rest();
        const greet = (wait) => {
          const later = () => {
            this.#send("hello");
            greet(2 * wait);
          };
          this.#timers.push(setTimeout(later, wait));
        };
        greet(GREET_AFTER);
        this.#timers.push(setTimeout(() => (isReady ? this.#rest() : this.#fail()), PATIENCE));
      });
      this.#frame = frame;
      this.setAttribute("state", "loading");
      root.append(frame);
    }

    #close() {
      this.#rest();
      this.#frame?.remove();
      this.#frame = undefined;
    }

    #rest() {
      for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    }

    /** What shows beside the frame. The page can put its own elements in place of both, by their slots. */
    #draw() {
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      const part = (name, role, ...content) => {
        const slot = document.createElement("slot");
        const text = document.createElement("p");
        slot.name = name;
        text.setAttribute("part", name);
        text.setAttribute("role", role);
        text.append(...content);
        slot.append(text);
        root.append(slot);
      };
      this.#link = document.createElement("a");
      this.#link.target = "_blank";
      this.#link.rel = "noopener";
      this.#link.append("{embed.open}");
      part("loading", "status", "{embed.loading}");
      part("error", "alert", "{embed.failed}", " ", this.#link);
      return root;
    }

    /** Most likely the browser has refused the frame: the portal's operator hasn't listed the origin of this page. */
    #fail() {
      this.#rest();
      this.setAttribute("state", "error");
      this.#tell("error", {});
    }

    #send(type, content) {
      this.#frame?.contentWindow?.postMessage({ keyward: VERSION, type, ...content }, this.#origin);
    }

    #heard({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#origin) return;
      if (data?.keyward !== VERSION) return;
      const { keyward: _, type, ...content } = data;
      if (type === "ready") {
        this.#rest();
        this.setAttribute("state", "ready");
        // It may have been shown again without the name of the frame, or the attributes have changed on its way.
        this.updateTheme();
        if (this.lang) this.#send("lang", { lang: this.lang });
      } else if (type === "height") {
        this.#frame.style.height = `${content.height}px`;
      }
      this.#follow(content);
      this.#tell(type, content);
    }

    /** Leads to what is due once an organization shows, and goes along with the admin after that. */
    #follow(place) {
      if (place.page === "sign-in") this.#isDue = true;
      else if (["organizations", "account"].includes(place.page)) this.#isDue = false;
      if (!place.organization) return;
      const { page = place.page, organization = place.organization } = this.#target;
      this.#isDue &&= page !== place.page || Number(organization) !== place.organization;
      if (this.#isDue) return this.goto(page, organization);
      for (const name of ["page", "organization"]) if (this.#target[name] !== undefined) this.#target[name] = place[name];
    }

    #tell(type, detail) {
      this.dispatchEvent(new CustomEvent(`keyward-${type}`, { detail, bubbles: true, composed: true }));
    }
  }
  customElements.define("keyward-portal", KeywardPortal);
})();
