/**
 * cdktf takes a stack trace for each of its tokens, which is most of a synthesis' time where jest maps each line to its source.
 * Errors that are thrown have theirs all the same.
 */
Error.captureStackTrace = () => {};
