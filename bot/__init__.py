"""Answers providers' questions about a health plan's medical policies, with the policy's own words as proof."""
