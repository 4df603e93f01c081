"""The commands: each handler takes the parsed arguments and returns a Result."""
