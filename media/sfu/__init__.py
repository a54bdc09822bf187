"""The forwarding server: encoded packets from one participant to the others, never decoded. Knows no Django, no rooms.

Read in this order: `server` (what others call), `peer` (one participant's connection), `forwarder` (the hot path),
`ice`, `sdp`, `transport` (the one door to aiortc).
"""
