"""What every edge shares: errors to responses, paging, the socket base, ranged files."""
