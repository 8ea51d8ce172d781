// Going from page to page without leaving this one: the call in hand, the open chat and the member's identity stay.

// These go on while another place is shown, and are as they were when one comes back.
const KEPT = ["/panel/phone", "/panel/chats"];

const kept = new Map();
let wire = () => {};
let going = 0;
let loading = Promise.resolve();
let here = location.pathname + location.search;

/** Takes over the links and the searches of the panel; `wired` readies what was brought in. */
export function followLinks(wired) {
  wire = wired;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const to = new URL(link.href);
    if (!isOurs(to) || link.hasAttribute("download") || link.target || isHere(to)) return;
    event.preventDefault();
    go(to.href);
  });
  document.addEventListener("submit", (event) => {
    const { target: form } = event;
    if (event.defaultPrevented || form.method !== "get") return;
    event.preventDefault();
    const to = new URL(form.getAttribute("action") ?? location.pathname, location.href);
    to.search = new URLSearchParams(new FormData(form)).toString();
    go(to.href);
  });
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== here) show(location.href);
  });
}

/** Goes to another place of the panel. */
export async function go(address) {
  const to = new URL(address, location.href);
  const shown = await show(to.href, { enters: true });
  if (shown && to.hash) document.getElementById(to.hash.slice(1))?.scrollIntoView();
}

/** Reads the place that is shown anew. */
export const refresh = () => show(location.href, { stays: true });

/** A page of the panel as a document; null where it has to be loaded as a whole. */
export function pageAt(address) {
  // The pages' policy lets no script make markup of a string; here the browser reads the page itself.
  const request = new XMLHttpRequest();
  request.open("GET", address);
  request.responseType = "document";
  request.setRequestHeader("Accept", "text/html");
  return new Promise((done) => {
    request.addEventListener("loadend", () => {
      const page = request.status === 200 ? request.response : null;
      done(page?.getElementById("main") ? page : null);
    });
    request.send();
  });
}

async function show(address, { stays = false, enters = false } = {}) {
  const turn = ++going;
  const to = new URL(address);
  const known = stays ? null : kept.get(to.pathname);
  const page = known ? null : await pageAt(address);
  // A place that is left at once still has to be there for what its module looks for.
  await loading.catch(() => {});
  // Somebody has gone elsewhere meanwhile.
  if (turn !== going) return false;
  if (!known && !page) {
    location.assign(address);
    return false;
  }
  leave();
  const place = known ?? { main: document.adoptNode(page.getElementById("main")), title: page.title, kind: page.body.className, top: stays ? scrollY : 0 };
  document.getElementById("main").replaceWith(place.main);
  // With the page, not after it: whoever goes back at once comes to the place before.
  if (enters) history.pushState(null, "", to.href);
  document.title = place.title;
  document.body.className = place.kind;
  for (const link of document.querySelectorAll(".top nav a")) mark(link, page, to);
  here = to.pathname + to.search;
  if (page) {
    wire(place.main);
    loading = import(page.querySelector("script[type=module]").src);
    await loading;
  }
  scrollTo(0, place.top);
  arrive(place.main, stays);
  return true;
}

function leave() {
  const main = document.getElementById("main");
  const path = here.split("?")[0];
  if (KEPT.includes(path)) {
    kept.set(path, { main, title: document.title, kind: document.body.className, top: scrollY });
    main.dispatchEvent(new Event("left"));
  }
}

function arrive(main, stays) {
  main.dispatchEvent(new Event("shown"));
  if (stays || main.contains(document.activeElement)) return;
  const first = main.querySelector("[autofocus]") ?? main.querySelector("h1");
  if (first?.tagName === "H1") first.tabIndex = -1;
  first?.focus({ preventScroll: true });
}

function mark(link, page, to) {
  const current = page
    ? page.querySelector(`.top nav a[data-place="${link.dataset.place}"]`)?.hasAttribute("aria-current")
    : link.pathname === to.pathname;
  if (current) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

const isOurs = (to) => to.origin === location.origin && /^\/panel(\/|$)/.test(to.pathname);
const isHere = (to) => to.hash && to.pathname + to.search === location.pathname + location.search;
