// What can be chosen on each screen, as tiles for the grid (dom.js). At most seven; with more, the last one turns the page.

import { pick, say } from "/static/js/words.js";

const MOST = 7;

/** The sections that have something to choose. */
export function sections(picture) {
  return (picture?.sections ?? []).filter((section) => section.services.length);
}

function sectionTile(section) {
  const open = section.services.filter((service) => service.state === "open");
  return {
    key: `section-${section.id}`, icon: section.icon || "file-text", name: pick(section.name), note: pick(section.examples),
    ...aside(open.length ? "open" : section.services[0].state, section.waiting), disabled: false, section,
  };
}

export function serviceTile(service, section) {
  return {
    key: `service-${service.id}`, icon: section.icon || "file-text", name: pick(service.name),
    ...aside(service.state, service.waiting), disabled: service.state !== "open", service, section,
  };
}

function aside(state, waiting) {
  if (state === "full") return { side: say("tile_full"), sideIcon: "ban" };
  if (state === "closed") return { side: say("tile_closed"), sideIcon: "lock" };
  return { side: waiting ? say("waiting", { n: waiting }) : say("nobody_waiting"), sideIcon: "users" };
}

/** The tiles of a view: {key, icon, name, ..., section | service | priority | next (the page after this one)}. */
export function choices(view, picture) {
  if (view.name === "priority") {
    return [
      { key: "general", icon: "user", name: say("general"), priority: false },
      { key: "priority", icon: "accessibility", name: say("priority"), note: say("priority_note"), priority: true },
    ];
  }
  const all = sections(picture);
  const section = view.name === "services" ? all.find((one) => one.id === view.section) : all.length === 1 ? all[0] : null;
  const items = section ? section.services.map((service) => serviceTile(service, section)) : all.map(sectionTile);
  if (items.length <= MOST) return items;
  const total = Math.ceil(items.length / (MOST - 1));
  const at = Math.min(view.page || 0, total - 1);
  const more = { key: "more", icon: "ellipsis", name: say("more"), side: say("page_of", { n: at + 1, total }), next: (at + 1) % total };
  return [...items.slice(at * (MOST - 1), (at + 1) * (MOST - 1)), more];
}
