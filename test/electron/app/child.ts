/** A child that waits to be ended. */
setInterval(() => undefined, 1000)
