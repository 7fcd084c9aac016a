// Routes as straight lines on an empty ground: no tiles, nothing from outside.
// GeoJSON features: Point with properties.kind "depot" | "stop" | "unserved" | "town", name, van, number, time;
// LineString with properties.kind "route" and van. A list of the same stops stands beside the map.
(() => {
  "use strict";
  const DASHES = [null, "8 4", "14 4", "2 4", "12 4 2 4", "5 3"];
  const place = (van) => Math.max(0, "ABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(String(van || "A").toUpperCase())) % 6;
  const colour = (van) => `v${"abcdef"[place(van)]}`;
  const position = (feature) => [feature.geometry.coordinates[1], feature.geometry.coordinates[0]];
  const plain = (text) => document.createTextNode(String(text)); // names are text, never markup

  const circle = (radius, look) => (feature, p) => L.circleMarker(position(feature), { radius, className: look(p) });
  const shape = (className, size) => (feature, p) =>
    L.marker(position(feature), { icon: L.divIcon({ className, iconSize: [size, size] }), title: p.name || "", zIndexOffset: 500 });
  const markers = {
    depot: shape("m-depot", 16),
    unserved: shape("m-un", 20),
    town: circle(2, () => "town"),
    stop: circle(9, (p) => `pt ${colour(p.van)}`),
  };
  const label = (marker, p) => {
    if (p.kind === "town") return marker.bindTooltip(plain(p.name), { permanent: true, direction: "top", className: "townt" });
    if (p.kind === "stop") marker.bindTooltip(plain(p.number), { permanent: true, direction: "center", className: "no" });
    const parts = [p.van && p.number && `${p.van}${p.number}`, p.time, p.name];
    const text = document.createElement("span");
    text.textContent = parts.filter(Boolean).join(" · ");
    return marker.bindPopup(text);
  };

  const draw = (map, data) => {
    const vans = new Map();
    const keep = (van, layer) => vans.set(van, [...(vans.get(van) || []), layer]);
    const bounds = L.latLngBounds([]);
    data.features.forEach((feature) => {
      const p = feature.properties;
      if (feature.geometry.type === "LineString") {
        const points = feature.geometry.coordinates.map(([x, y]) => [y, x]);
        const line = L.polyline(points, { className: `rt ${colour(p.van)}`, dashArray: DASHES[place(p.van)], interactive: false }).addTo(map);
        const middle = points[Math.floor(points.length / 2)];
        L.tooltip({ permanent: true, direction: "right", offset: [10, 0], className: "lbl" }).setLatLng(middle).setContent(plain(p.van)).addTo(map);
        keep(p.van, line);
        return bounds.extend(line.getBounds());
      }
      const marker = label((markers[p.kind] || markers.stop)(feature, p), p).addTo(map);
      if (p.kind === "stop") keep(p.van, marker);
      return bounds.extend(marker.getLatLng());
    });
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24] });
    return vans;
  };

  const choose = (vans, letter) => vans.forEach((layers, van) => layers.forEach((layer) => {
    layer.getElement().classList.toggle("is-sel", van === letter);
    const tooltip = layer.getTooltip && layer.getTooltip();
    if (tooltip && tooltip.getElement()) tooltip.getElement().classList.toggle("is-sel", van === letter);
    if (van === letter) layer.bringToFront();
  }));

  const open = async (box) => {
    const answer = await fetch(box.dataset.src, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    box.replaceChildren();
    const map = L.map(box, { zoomControl: false, attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false });
    L.control.zoom({ zoomInTitle: box.dataset.in, zoomOutTitle: box.dataset.out }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.setView([50.95, 3.2], 10, { animate: false });
    const vans = draw(map, data);
    document.addEventListener("npcc:van", (event) => choose(vans, event.detail));
  };

  document.querySelectorAll("[data-map]").forEach((box) => open(box).catch(() => {
    const text = document.createElement("p");
    text.className = "panel__body";
    text.textContent = box.dataset.lost;
    box.replaceChildren(text);
  }));
})();
