// Photos are made small on the telephone: at most 1,600 pixels, JPEG, without the place and time the camera wrote in.

import { sha256 } from "./vault.js";

const LONGEST = 1600, QUALITY = 0.8;
export const MOST_PHOTOS = 3;

/** @returns {Promise<Blob>} */
async function shrink(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("foto"))), "image/jpeg", QUALITY);
  });
}

/** Keeps a photo beside the draft; it is sent after the interview. */
export async function keepPhoto(store, draft, file) {
  const blob = await shrink(file);
  const taken = new Set(draft.photos.map((photo) => photo.name));
  let number = 1;
  while (taken.has(`foto-${number}.jpg`)) number += 1;
  const name = `foto-${number}.jpg`;
  const photo = {
    id: `${draft.id}/${name}`,
    interview: draft.id,
    name,
    size: blob.size,
    sha256: await sha256(await blob.arrayBuffer()),
  };
  await store.addPhoto(photo, blob);
  draft.photos.push(photo);
  return photo;
}
