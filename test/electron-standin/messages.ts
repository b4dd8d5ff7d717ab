/** What crosses between the stand-in's main process, its utility processes and its page, as JSON. */

/** A structured clone as text (clone.ts). */
export type Clone = string
/** Names one end of a port in the process that gave it away. */
export type PortId = string

export type PortTraffic =
  | { readonly op: 'port'; readonly id: PortId; readonly clone: Clone; readonly ports: PortId[] }
  | { readonly op: 'port-close'; readonly id: PortId }

/** Between main and a utility process. */
export type UtilityMessage =
  PortTraffic | { readonly op: 'message'; readonly clone: Clone; readonly ports: PortId[] }

/** From the isolated world of a frame to main. */
export type FromPage =
  | PortTraffic
  | { readonly op: 'hello'; readonly url: string }
  | {
      readonly op: 'send'
      readonly channel: string
      readonly clone: Clone
      readonly ports: PortId[]
    }
  | { readonly op: 'invoke'; readonly id: number; readonly channel: string; readonly clone: Clone }
  | { readonly op: 'fault'; readonly text: string }
  | { readonly op: 'violation'; readonly text: string }
  | { readonly op: 'window-open'; readonly url: string; readonly name: string }
  | { readonly op: 'preload-error'; readonly text: string }

/** From main to the isolated world of a frame. */
export type ToPage =
  | PortTraffic
  | {
      readonly op: 'event'
      readonly channel: string
      readonly clone: Clone
      readonly ports: PortId[]
    }
  | { readonly op: 'reply'; readonly id: number; readonly clone: Clone }
  | { readonly op: 'refusal'; readonly id: number; readonly message: string }
  /** A test speaks for a hostile frame: the isolated world sends or invokes this itself. */
  | { readonly op: 'impersonate'; readonly channel: string; readonly clone: Clone }
