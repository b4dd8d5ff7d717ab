/** Kept from before a body's globals replace them: the model's own code runs inside bodies. */
export const RealAtomics = Atomics
export const RealInt32Array = Int32Array
export const RealUint8Array = Uint8Array
export const RealSharedArrayBuffer = SharedArrayBuffer
