"""Signing in for staff: who they are, which roles may do what, and what they did."""
