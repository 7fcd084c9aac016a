"""Verbs: first the session, then the actor; they find, ask a room, write rows, never commit."""
