/** A listener's failures end with it, also later ones: neither a request nor the process may depend on who listens. */
export function notify<Event>(listener: ((event: Event) => unknown) | undefined, event: Event): void {
  try {
    // An asynchronous listener is not waited for, but its failure ends here too.
    Promise.resolve(listener?.(event)).catch(() => {});
  } catch {
    // There is nobody to tell.
  }
}
