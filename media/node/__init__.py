"""The media-node process around the forwarding server, and the client that web processes use."""
