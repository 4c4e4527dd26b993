// Back to the kiosk's first screen: only when the server answers, for a browser's error page has no way back.

export async function goHome(path, dialog) {
  try {
    const answer = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(4000) });
    if (answer.ok) return location.replace(path);
  } catch {
    // said below
  }
  if (!dialog.open) dialog.showModal();
  setTimeout(() => goHome(path, dialog), 3000);
}
