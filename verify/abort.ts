/** Calls back once, at the end that the signal means, be that past already. It returns how to call it off. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  signal.addEventListener("abort", act, { once: true });
  if (signal.aborted) {
    act();
  }
  return () => signal.removeEventListener("abort", act);
}

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, ms);
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
