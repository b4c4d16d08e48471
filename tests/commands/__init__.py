"""Tests of the commands: each drives real lines through a real session on a real registry."""
