import { useEffect, useRef } from "preact/hooks";
import type { OutputRow } from "../protocol";
import { isOwn } from "./parts";
import { about } from "./state";
import { words } from "./words";

interface Hls {
  loadSource(url: string): void;
  attachMedia(video: HTMLVideoElement): void;
  destroy(): void;
}
declare global {
  interface Window {
    /** hls.js, once it is loaded. */
    Hls?: new () => Hls;
  }
}

const HLS_TYPE = "application/vnd.apple.mpegurl";

interface Shown {
  readonly url: string;
  readonly media: OutputRow["media"];
  readonly poster?: string | undefined;
  readonly label: string;
}

/** Shows a source or an output as what it is. */
export function Player(shown: Shown) {
  const { url, media, label } = shown;
  if (media === "image" && isOwn(url)) return <img src={url} alt={label} loading="lazy" />;
  // biome-ignore lint/a11y/useMediaCaption: the user's own file, which has none
  if (media === "audio") return <audio controls preload="none" src={url} aria-label={label} />;
  return media === "video" || media === "hls" ? <Video {...shown} /> : <Link url={url} />;
}

function Link({ url }: { readonly url: string }) {
  return (
    <a href={/^https?:\/\//.test(url) ? url : "#"} target="_blank" rel="noopener noreferrer">
      {words.value.play}
    </a>
  );
}

/** HLS is played by the browser, else by hls.js for files of this address, else it is a link. */
function Video({ url, media, poster, label }: Shown) {
  const video = useRef<HTMLVideoElement>(null);
  const isNative = media === "video" || document.createElement("video").canPlayType(HLS_TYPE) !== "";
  const byScript = !isNative && about.value?.hasHls === true && isOwn(url);
  useEffect(() => {
    if (!byScript) return undefined;
    let player: Hls | undefined;
    void loadHls().then(() => {
      if (!video.current || !window.Hls) return;
      player = new window.Hls();
      player.loadSource(url);
      player.attachMedia(video.current);
    });
    return () => player?.destroy();
  }, [url, byScript]);
  if (!isNative && !byScript) {
    return (
      <p>
        {words.value.hlsLink} <Link url={url} />
      </p>
    );
  }
  return (
    // biome-ignore lint/a11y/useMediaCaption: the user's own file, which has none
    <video
      ref={video}
      controls
      playsInline
      preload="metadata"
      src={isNative ? url : undefined}
      poster={poster && isOwn(poster) ? poster : undefined}
      aria-label={label}
    />
  );
}

function loadHls(): Promise<void> {
  if (window.Hls) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/console/hls.js";
    script.onload = () => resolve();
    script.onerror = () => reject(new Error("hls.js could not be loaded."));
    document.head.append(script);
  });
}
