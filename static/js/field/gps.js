// Where the interview takes place: asked for when the form opens, the best fix kept, nothing ever waits for it.

const LONG_ENOUGH = 120_000, GOOD_ENOUGH = 10;
const round = (value) => Math.round(value * 1e6) / 1e6;

/**
 * Follows the position for at most two minutes. `onChange(text)` is told in words what is known.
 * @returns {() => void} ends it
 */
export function followPosition(draft, onFix, onChange) {
  if (!navigator.geolocation) {
    onChange("Ponsel ini tidak memberi lokasi; wawancara tetap dapat dikirim.");
    return () => {};
  }
  onChange(draft.gps ? told(draft.gps) : "Mencari lokasi…");
  const stop = () => {
    navigator.geolocation.clearWatch(watch);
    clearTimeout(timer);
  };
  const watch = navigator.geolocation.watchPosition(
    ({ coords }) => {
      if (!draft.gps || coords.accuracy < draft.gps.accuracy) {
        draft.gps = {
          latitude: round(coords.latitude),
          longitude: round(coords.longitude),
          accuracy: Math.ceil(coords.accuracy),
        };
        onChange(told(draft.gps));
        onFix();
      }
      if (coords.accuracy <= GOOD_ENOUGH) stop();
    },
    (error) => {
      if (!draft.gps) onChange(problemOf(error));
    },
    { enableHighAccuracy: true, maximumAge: 30_000, timeout: LONG_ENOUGH },
  );
  const timer = setTimeout(stop, LONG_ENOUGH);
  return stop;
}

const told = (gps) => `Lokasi tercatat, ketelitian ${gps.accuracy} m.`;

function problemOf(error) {
  return error.code === error.PERMISSION_DENIED
    ? "Lokasi tidak diizinkan; wawancara tetap dapat dikirim."
    : "Lokasi belum didapat; wawancara tetap dapat dikirim.";
}
