// Talking to the server. A captive portal, a login page or a proxy answers too; only what is surely ours counts.

const PATIENCE = 60_000;

/** No answer, or one that is not ours: nothing is known of what became of the request. */
export class NoAnswer extends Error {}
/** The server knows this telephone no longer. */
export class Revoked extends Error {}

/**
 * @returns {Promise<Response>} an answer of our own origin that was not redirected
 * @throws {NoAnswer}
 */
async function ask(path, token, options = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      ...options,
      headers: { Authorization: `Bearer ${token}`, "X-Device-Time": new Date().toISOString(), ...options.headers },
      credentials: "omit", // the token alone counts: an ended session changes nothing
      redirect: "manual", // a redirect to a login page is no receipt
      cache: "no-store",
      signal: AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined,
    });
  } catch (error) {
    throw new NoAnswer(String(error));
  }
  if (answer.type !== "basic") throw new NoAnswer("dialihkan");
  return answer;
}

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    throw new NoAnswer(`jawaban ${answer.status} tidak terbaca`);
  }
}

/** Today's work, as `GET /lapangan/api/tugas/` tells it. */
export async function fetchTasks(token) {
  const answer = await ask("/lapangan/api/tugas/", token);
  const told = await read(answer);
  if (answer.status === 401 && told.error) throw new Revoked(told.error);
  if (answer.status !== 200 || !Array.isArray(told.tasks)) throw new NoAnswer(`jawaban ${answer.status}`);
  return told;
}

/**
 * Sends the frozen bytes of one interview.
 * @returns {Promise<{kind: "stored"|"conflict"|"refused", receipt?: string, held?: string, error?: string}>}
 */
export async function sendInterview(token, id, body) {
  const answer = await ask("/lapangan/api/kirim/", token, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  return judge(answer, id);
}

export async function sendPhoto(token, photo, bytes) {
  const path = `/lapangan/api/foto/${photo.interview}/${photo.name}/`;
  const answer = await ask(path, token, {
    method: "PUT",
    headers: { "Content-Type": "image/jpeg", "X-Sha256": photo.sha256 },
    body: bytes,
  });
  return judge(answer, photo.interview);
}

/** Counts here against counts there; what the server answers, which proves that it is there. */
export async function report(token, counts) {
  const answer = await ask("/lapangan/api/lapor/", token, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(counts),
  });
  const told = await read(answer);
  if (answer.status === 401 && told.error) throw new Revoked(told.error);
  if (answer.status !== 200 || !("server_sent" in told)) throw new NoAnswer(`jawaban ${answer.status}`);
  return told;
}

/** An answer counts only with the receipt header of this very interview. */
async function judge(answer, id) {
  const told = await read(answer);
  // Unreadable for the server is unreadable with its id: such an answer has no receipt, and keeps the row.
  if ([400, 413, 422].includes(answer.status) && told.error) return { kind: "refused", error: told.error };
  if (answer.headers.get("X-Receipt-For") !== id && answer.status !== 401) {
    throw new NoAnswer(`jawaban ${answer.status} tanpa tanda terima`);
  }
  if (answer.status === 401) {
    if (told.error) throw new Revoked(told.error);
    throw new NoAnswer("jawaban 401 yang bukan dari server kita");
  }
  if (answer.status === 200 || answer.status === 201) {
    if (told.instance_id && told.instance_id !== id) throw new NoAnswer("tanda terima untuk kiriman lain");
    return { kind: "stored", receipt: told.receipt || "", held: told.held || "" };
  }
  if (answer.status === 409) return { kind: "conflict", error: told.error || "" };
  if (answer.status === 404) return { kind: "refused", error: told.error || "" };
  throw new NoAnswer(`jawaban ${answer.status}`);
}
