"""Suites that every implementation of a contract must pass; they need pytest and hypothesis."""
