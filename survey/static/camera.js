// The code of a ticket by camera. The picture stays in this page: it is looked at here and kept nowhere.
//
//   const camera = makeCamera({video, onText(text), onTrouble(key), onState(open)})
//   camera.open()   camera.close()
// onTrouble: "camera_insecure", "camera_none", "camera_denied", "camera_busy", "camera_quiet" (nothing found for a while).

const LOOK_MS = 120;
const PATIENCE_MS = 60000;
const TROUBLE = {
  NotAllowedError: "camera_denied", SecurityError: "camera_denied",
  NotFoundError: "camera_none", OverconstrainedError: "camera_none",
};

export function makeCamera({ video, onText, onTrouble, onState }) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let stream = null;
  let wanted = 0; // which opening is the present one: permission may come after the visitor has gone
  let timer = null;

  function close() {
    wanted += 1;
    clearTimeout(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    onState(false);
  }

  async function open() {
    close();
    const mine = wanted;
    if (!navigator.mediaDevices) return onTrouble("camera_insecure");
    let found;
    try {
      [found] = await Promise.all([
        navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } } }),
        import("./vendor/jsQR.js"), // 250 kB: only for who uses it
      ]);
    } catch (problem) {
      return mine === wanted && onTrouble(TROUBLE[problem.name] ?? "camera_busy");
    }
    if (mine !== wanted) return found.getTracks().forEach((track) => track.stop());
    stream = found;
    video.srcObject = stream;
    const facing = stream.getVideoTracks()[0].getSettings().facingMode;
    video.classList.toggle("mirrored", facing !== "environment"); // people move as in a mirror; the decoder sees it right
    onState(true);
    await video.play().catch(() => {});
    look(mine, performance.now() + PATIENCE_MS);
  }

  function look(mine, until) {
    if (mine !== wanted) return;
    const text = read();
    if (text) { close(); return onText(text); }
    if (performance.now() > until) { close(); return onTrouble("camera_quiet"); }
    timer = setTimeout(() => look(mine, until), LOOK_MS);
  }

  function read() {
    const { videoWidth: width, videoHeight: height } = video;
    if (!width || !height) return null;
    const scale = Math.min(1, 800 / width);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    return self.jsQR(picture.data, canvas.width, canvas.height, { inversionAttempts: "dontInvert" })?.data || null;
  }

  return { open, close };
}
