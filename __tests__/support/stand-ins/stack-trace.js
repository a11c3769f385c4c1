/** cdktf takes a stack trace for each of its tokens. Read through jest's source maps they are most of a synthesis' time. */
exports.captureStackTrace = () => [];
