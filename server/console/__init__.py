"""The `ptsp` command line, one file a subject; server/cli.py puts them together."""
