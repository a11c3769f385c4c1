/** What was read, or why it couldn't be. */
export type Reading<T> = { readonly value: T } | Unread;

export interface Unread {
  /** The reason. */
  readonly unread: string;
  /**
   * Whether it is that the time ran out.
   *
   * @default false
   */
  readonly late?: true;
}

export const Reading = {
  isRead<T>(reading: Reading<T>): reading is { readonly value: T } {
    return "value" in reading;
  },

  /** The same reading seen another way; a text that has not the form that it should have is unread. */
  map<T, U>(reading: Reading<T>, see: (value: T) => U): Reading<U> {
    if (!Reading.isRead(reading)) {
      return reading;
    }
    try {
      return { value: see(reading.value) };
    } catch {
      return { unread: "the answer has not the form that was expected" };
    }
  },
};
