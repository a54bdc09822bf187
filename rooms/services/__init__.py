"""What is done with rooms, meetings and invitations: a verb on a noun, `now` given by the edge."""
