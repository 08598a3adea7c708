// Sending files to a page's folder, one request for all of them.

/** @returns {Promise<Array<{name: string, path: string, url: string, markdown: string}>>} */
export async function upload(address, token, files) {
  const body = new FormData();
  body.append("csrf_token", token);
  for (const file of files) body.append("files", file, file.name || "pasted.png");
  const response = await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error?.message ?? "The file was not accepted.");
  return answer.files;
}

const stamp = () => new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");

/** Files of a paste or a drop; a pasted picture has no name of its own, so it gets one. */
export function filesOf(transfer) {
  return [...(transfer?.files ?? [])].map((file, number) => {
    if (!/^image\.\w+$/.test(file.name)) return file;
    const ending = file.name.split(".").pop();
    return new File([file], `picture-${stamp()}${number ? `-${number}` : ""}.${ending}`, {
      type: file.type,
    });
  });
}
