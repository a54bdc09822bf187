// Noise suppression: RNNoise in an audio worklet, on the sound thread.
import workletUrl from "./noise.worklet.ts?worker&url";
import { type Cost, type Running, Unsupported } from "./effect";

export async function suppressNoise(track: MediaStreamTrack, cost: Cost): Promise<Running> {
  if (typeof AudioWorkletNode === "undefined") throw new Unsupported();
  const context = new AudioContext({ sampleRate: 48_000 }); // RNNoise knows no other rate
  try {
    await context.audioWorklet.addModule(workletUrl);
  } catch (error) {
    await context.close();
    throw new Unsupported(String(error));
  }
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const node = new AudioWorkletNode(context, "stoa-noise", { channelCount: 1, channelCountMode: "explicit", outputChannelCount: [1] });
  node.port.onmessage = ({ data }: MessageEvent<number>) => cost(data);
  const destination = context.createMediaStreamDestination();
  source.connect(node).connect(destination);
  const [out] = destination.stream.getAudioTracks();
  if (!out) throw new Unsupported();
  return {
    track: out,
    stop() {
      out.stop();
      node.port.close();
      void context.close();
    },
  };
}
